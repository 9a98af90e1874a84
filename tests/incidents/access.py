"""Who gets in, route by route; every role may read, engineers act."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from tests.access import Access, roles
from tests.incidents.factories import make_incident, make_resolved

ENGINEER = roles("engineer")


def _live() -> Mapping[str, Any]:
    return {"pk": make_incident().pk}


def _resolved() -> Mapping[str, Any]:
    return {"pk": make_resolved().pk}


def _act(
    kwargs: Callable[[], Mapping[str, Any]] = _live,
    *,
    form: bool = False,
    **data: Any,
) -> Access:
    get = ENGINEER if form else None
    return Access(get=get, post=ENGINEER, kwargs=kwargs, data=data)


ROUTES: dict[str, Access] = {
    "incidents:list": Access(),
    "incidents:new": Access(
        get=ENGINEER,
        post=ENGINEER,
        data={"key": str(uuid.UUID(int=1)), "title": "Slow", "severity": "minor"},
    ),
    "incidents:detail": Access(kwargs=_live),
    "incidents:timeline": Access(kwargs=_live),
    "incidents:acknowledgement": _act(),
    "incidents:updates": _act(key=str(uuid.UUID(int=2)), body="Looking."),
    "incidents:lead": _act(),
    "incidents:resolution": _act(form=True, resolution="Restarted."),
    "incidents:reopening": _act(_resolved, form=True, reason="Back."),
}
