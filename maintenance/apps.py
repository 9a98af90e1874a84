from django.apps import AppConfig


class MaintenanceConfig(AppConfig):
    name = "maintenance"
    label = "maintenance"
    verbose_name = "Maintenance"

    def ready(self) -> None:
        from maintenance import jobs, related
        from portal.accounts.roles import Role, grant
        from portal.sweep import registry
        from portal.web import home, navigation, search

        grant(Role.VIEWER, "maintenance.view_occurrence", "maintenance.view_series")
        grant(Role.ENGINEER, "maintenance.complete_occurrence")
        registry.register("maintenance.horizon", jobs.top_up, every=3600)
        registry.register("maintenance.missed", jobs.mark_missed, every=60)
        navigation.register(related.PLACE)
        home.register(related.SECTION)
        search.register(related.SOURCE)
