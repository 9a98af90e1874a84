from django.apps import AppConfig


class WebConfig(AppConfig):
    """What every page shares: answers, errors, navigation, tags."""

    name = "portal.web"
    label = "web"
    verbose_name = "Web"
