from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "portal.audit"
    label = "audit"
    verbose_name = "Audit log"

    def ready(self) -> None:
        from portal.accounts.roles import Role, grant
        from portal.audit import signals

        grant(Role.AUDITOR, "audit.view_auditevent")
        grant(Role.ADMINISTRATOR, "audit.view_auditevent")
        signals.connect()
