from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The pages on which accounts, roles and teams are kept."""

    name = "portal.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        from portal.accounts.roles import Role, grant
        from portal.people import places

        grant(Role.AUDITOR, "accounts.view_user")
        grant(Role.ADMINISTRATOR, "accounts.view_user", "accounts.manage_people")
        places.register()
