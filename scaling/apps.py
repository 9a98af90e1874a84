from django.apps import AppConfig


class ScalingConfig(AppConfig):
    name = "scaling"
    label = "scaling"
    verbose_name = "Scaling"

    def ready(self) -> None:
        from portal.catalog import actions
        from portal.changes import registry
        from scaling import links
        from scaling.kinds.droplet_resize import DropletResize

        registry.register(DropletResize())
        actions.register(links.RESIZE)
