"""Who gets in where, route by route."""

from typing import Any

from tests.access import EVERYONE, Access, roles
from tests.maintenance.factories import make_due_duty, make_series


def a_duty() -> dict[str, Any]:
    return {"pk": make_due_duty().pk}


ROUTES: dict[str, Access] = {
    "maintenance:calendar": Access(get=EVERYONE),
    "maintenance:month": Access(
        get=EVERYONE, kwargs=lambda: {"year": 2026, "month": 11}
    ),
    "maintenance:agenda": Access(get=EVERYONE),
    "maintenance:duty": Access(get=EVERYONE, kwargs=a_duty),
    "maintenance:completion": Access(
        get=None, post=roles("engineer"), kwargs=a_duty, data={"version": 1}
    ),
    "maintenance:series": Access(
        get=EVERYONE, kwargs=lambda: {"slug": make_series().slug}
    ),
}
