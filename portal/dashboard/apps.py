from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Home, search and status: the pages that may look at every feature."""

    name = "portal.dashboard"
    label = "dashboard"
    verbose_name = "Home"

    def ready(self) -> None:
        from portal.web import navigation

        navigation.register(
            navigation.Entry("Home", "dashboard:home", "house", order=0, mobile=True)
        )
