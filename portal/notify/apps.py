from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "portal.notify"
    label = "notify"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from portal.notify import jobs
        from portal.sweep import registry

        registry.register("notify.deliver", jobs.deliver_due, every=0)
