from django.apps import AppConfig


class SecretsAuditConfig(AppConfig):
    """Which credentials exist, whose they are, and when they are due."""

    name = "secrets_audit"
    label = "secrets_audit"
    verbose_name = "Secrets"

    def ready(self) -> None:
        from portal.accounts.roles import Role, grant
        from portal.catalog import related as beside
        from portal.web import home, navigation, search
        from secrets_audit import related

        for role in (Role.ENGINEER, Role.AUDITOR, Role.ADMINISTRATOR):
            grant(role, "secrets_audit.view_credential")
        grant(Role.ENGINEER, "secrets_audit.keep_credential")
        grant(Role.ADMINISTRATOR, "secrets_audit.keep_any_credential")
        beside.register(related.OF_SERVICE)
        navigation.register(related.PLACE)
        home.register(related.SECTION)
        search.register(related.SOURCE)
