"""Who reaches accounts, invitations, teams and preferences."""

from typing import Any

from django.utils import timezone

from tests.access import EVERYONE, Access, roles
from tests.factories import make_team, make_user
from tests.portal.people.factories import make_invitation

READERS = roles("auditor", "administrator")
KEEPERS = roles("administrator")


def somebody() -> dict[str, Any]:
    return {"pk": make_user("viewer").pk}


def somebody_gone() -> dict[str, Any]:
    user = make_user("viewer", is_active=False, deactivated_at=timezone.now())
    return {"pk": user.pk}


def an_invitation() -> dict[str, Any]:
    return {"pk": make_invitation().invitation.pk}


def a_team() -> dict[str, Any]:
    return {"slug": make_team().slug}


TEAM = {"name": "Payments", "letter": "P", "colour": 1, "time_zone": "UTC"}

ROUTES: dict[str, Access] = {
    "people:list": Access(get=READERS),
    "people:new": Access(
        get=KEEPERS,
        post=KEEPERS,
        data={"name": "Gil", "email": "gil@test.example", "roles": ["viewer"]},
    ),
    "people:withdrawal": Access(get=None, post=KEEPERS, kwargs=an_invitation),
    "people:detail": Access(get=READERS, kwargs=somebody),
    "people:roles": Access(
        get=None, post=KEEPERS, kwargs=somebody, data={"roles": ["engineer"]}
    ),
    "people:memberships": Access(get=None, post=KEEPERS, kwargs=somebody),
    "people:deactivation": Access(
        get=KEEPERS, post=KEEPERS, kwargs=somebody, data={"reason": "Left."}
    ),
    "people:reactivation": Access(get=None, post=KEEPERS, kwargs=somebody_gone),
    "people:invitation": Access(
        public=True,
        post=EVERYONE,
        kwargs=lambda: {"token": make_invitation().token},
    ),
    "people:teams": Access(),
    "people:team_new": Access(get=KEEPERS, post=KEEPERS, data=TEAM),
    "people:team": Access(kwargs=a_team),
    "people:team_settings": Access(get=KEEPERS, post=KEEPERS, kwargs=a_team, data=TEAM),
    "people:members": Access(get=None, post=KEEPERS, kwargs=a_team),
    "people:preferences": Access(
        post=EVERYONE, data={"theme": "dark", "density": "normal", "time_zone": "UTC"}
    ),
}
