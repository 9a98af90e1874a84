"""Who may reach which page of the engine."""

from typing import Any

from portal.changes.models import PolicyRule
from tests.access import EVERYONE, NOBODY, Access, roles
from tests.factories import make_user
from tests.portal.changes.factories import bare

READERS = EVERYONE


def _request() -> dict[str, Any]:
    PolicyRule.objects.get_or_create(
        name="One approver",
        defaults={"match": {}, "require": [{"group": "approver", "n": 1}]},
    )
    return {"pk": bare(make_user("engineer", name="Asking Engineer")).pk}


ROUTES = {
    "changes:list": Access(get=READERS),
    "changes:inbox": Access(get=roles("approver")),
    "changes:detail": Access(get=READERS, kwargs=_request),
    "changes:progress": Access(get=READERS, kwargs=_request),
    "changes:approval": Access(
        get=None,
        post=roles("approver"),
        kwargs=_request,
        data={"plan_hash": "0" * 64, "version": 1},
    ),
    "changes:rejection": Access(
        get=None,
        post=roles("approver"),
        kwargs=_request,
        data={"plan_hash": "0" * 64, "version": 1, "comment": "No."},
    ),
    # Only the person who asked, whatever the role; the world's people did not.
    "changes:withdrawal": Access(get=None, post=NOBODY, kwargs=_request),
    "changes:planning": Access(get=None, post=NOBODY, kwargs=_request),
    "changes:resumption": Access(
        get=None, post=roles("approver"), kwargs=_request, data={"reason": "Checked."}
    ),
}
