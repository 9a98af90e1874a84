"""The global roles, and what each may do.

A role is a Django group. Features declare what a role may do in ``AppConfig.ready``
with `grant`; after every migrate the groups are made to match the declarations, so
the rights in the database are the rights in the code. Member and lead of a team are
rows of TeamMembership, not roles.
"""

from collections import defaultdict
from enum import StrEnum
from typing import Any

from django.apps import apps as installed_apps


class Role(StrEnum):
    """The five global roles; team lead is per team and not among them."""

    VIEWER = "viewer"
    ENGINEER = "engineer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


INHERITS = {
    Role.VIEWER: (),
    Role.ENGINEER: (Role.VIEWER,),
    Role.APPROVER: (Role.VIEWER,),
    Role.AUDITOR: (Role.VIEWER,),
    Role.ADMINISTRATOR: (Role.VIEWER,),
}
MEANING = {
    Role.VIEWER: "Reads incidents, the calendar and the inventory.",
    Role.ENGINEER: "Works on incidents, requests changes, completes duties.",
    Role.APPROVER: "Decides change requests; needs a second factor.",
    Role.AUDITOR: "Reads everything, including the audit log; changes nothing.",
    Role.ADMINISTRATOR: "Keeps people, teams and settings; decides nothing.",
}
GRANTED_BY = {
    Role.VIEWER: "an administrator",
    Role.ENGINEER: "an administrator",
    Role.APPROVER: "two approvers together",
    Role.AUDITOR: "an administrator",
    Role.ADMINISTRATOR: "an administrator",
    "team lead": "an administrator, under Teams",
}

_granted: dict[Role, set[str]] = defaultdict(set)


def grant(role: Role, *permissions: str) -> None:
    """Declare that a role holds permissions, each as ``app_label.codename``."""
    _granted[role].update(permissions)


def permissions_of(role: Role) -> set[str]:
    """Every permission of a role, inherited ones included."""
    return _granted[role].union(*(permissions_of(base) for base in INHERITS[role]))


def sync(**_kwargs: Any) -> None:
    """Make the groups in the database match the declarations."""
    if not installed_apps.is_installed("django.contrib.auth"):
        return
    group_model = installed_apps.get_model("auth", "Group")
    permission_model = installed_apps.get_model("auth", "Permission")
    known = {
        f"{label}.{codename}": pk
        for pk, label, codename in permission_model.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for role in Role:
        group, _ = group_model.objects.get_or_create(name=role.value)
        wanted = permissions_of(role)
        group.permissions.set(known[name] for name in wanted if name in known)
