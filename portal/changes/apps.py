from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "portal.changes"
    label = "changes"
    verbose_name = "Changes"

    def ready(self) -> None:
        from portal.accounts.roles import Role, grant
        from portal.changes import related
        from portal.changes.jobs import dispatch, execution, expiry, planning
        from portal.sweep import registry

        for role in Role:
            grant(role, "changes.view_changerequest")
        grant(Role.ENGINEER, "changes.request_change")
        grant(Role.APPROVER, "changes.decide_change")
        registry.register("changes.plan", planning.plan_due, every=0)
        registry.register("changes.dispatch", dispatch.dispatch_due, every=0)
        registry.register("changes.execute", execution.execute_due, every=0)
        registry.register("changes.expire", expiry.expire_due, every=30)
        related.register()
