from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = "People and teams"

    def ready(self) -> None:
        from portal.accounts import roles

        post_migrate.connect(roles.sync, dispatch_uid="accounts.roles")
