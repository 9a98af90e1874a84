from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "portal.audit"
    label = "audit"
    verbose_name = "Audit log"

    def ready(self) -> None:
        from portal.accounts.roles import Role, grant
        from portal.audit import signals
        from portal.web import navigation

        grant(Role.AUDITOR, "audit.view_auditevent")
        grant(Role.ADMINISTRATOR, "audit.view_auditevent")
        signals.connect()
        navigation.register(
            navigation.Entry(
                "Audit",
                "audit:list",
                "scroll-text",
                order=90,
                permission="audit.view_auditevent",
            )
        )
