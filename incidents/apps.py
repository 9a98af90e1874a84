from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IncidentsConfig(AppConfig):
    name = "incidents"
    label = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        from incidents import jobs, related, signals
        from portal.accounts.roles import Role, grant
        from portal.catalog import related as beside
        from portal.sweep import registry
        from portal.web import home, navigation, search

        grant(Role.VIEWER, "incidents.view_incident")
        grant(Role.ENGINEER, "incidents.declare_incident", "incidents.respond_incident")
        beside.register(related.OF_SERVICE)
        beside.register(related.OF_RESOURCE)
        navigation.register(related.PLACE)
        navigation.register_action(related.DECLARE)
        home.register(related.MINE)
        home.register(related.UNANSWERED)
        search.register(related.SOURCE)
        post_migrate.connect(
            signals.make_first_promises, sender=self, dispatch_uid="incidents.promises"
        )
        registry.register("incidents.clocks", jobs.mark_breaches, every=5)
