from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "portal.notify"
    label = "notify"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from portal.notify import jobs, services
        from portal.sweep import registry
        from portal.web import bell

        registry.register("notify.deliver", jobs.deliver_due, every=0)
        bell.register("notify:list", services.unread_count)
