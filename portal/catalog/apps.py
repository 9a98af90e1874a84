from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "portal.catalog"
    label = "catalog"

    def ready(self) -> None:
        from portal.accounts.roles import Role, grant
        from portal.catalog import jobs
        from portal.catalog import search as hits
        from portal.sweep import registry as sweep
        from portal.web import navigation, search

        grant(Role.VIEWER, "catalog.view_resource", "catalog.view_service")
        for role in (Role.ENGINEER, Role.APPROVER, Role.ADMINISTRATOR):
            grant(role, "catalog.add_refreshrequest")
        sweep.register("catalog.refresh", jobs.refresh_due, every=1)
        sweep.register("catalog.sync", jobs.sync_due, every=10)
        search.register(search.Source("Resources", hits.resources, 60))
        search.register(search.Source("Services", hits.services, 70))
        may = "catalog.view_resource"
        navigation.register(
            navigation.Entry("Inventory", "catalog:inventory", "server", 60, may)
        )
        navigation.register(
            navigation.Entry("Services", "catalog:services", "blocks", 65, may)
        )
