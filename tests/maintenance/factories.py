"""Plain functions that make duties."""

import itertools
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from maintenance.models import Occurrence, Series
from maintenance.models.series import columns
from maintenance.recurrence import LastDay, Rule, Unit
from portal.accounts.models import Team
from tests.factories import make_team

_numbers = itertools.count(1)
MONTHLY = Rule(Unit.MONTH, date(2026, 1, 31), on=LastDay())


def make_series(
    title: str = "", *, team: Team | None = None, rule: Rule = MONTHLY, **fields: Any
) -> Series:
    number = next(_numbers)
    fields = {
        "slug": f"series-{number}",
        "time_zone": "Europe/Berlin",
        "lead_days": 10,
        "grace_days": 5,
        "on_missed": Series.OnMissed.CARRY,
        **columns(rule),
        **fields,
    }
    return Series.objects.create(
        title=title or f"Duty {number}",
        team=team or make_team("Infrastructure"),
        **fields,
    )


def make_duty(
    due: date = date(2026, 11, 30), *, series: Series | None = None, **fields: Any
) -> Occurrence:
    series = series or make_series()
    opens_on, grace_ends_on = series.days_around(due)
    return Occurrence.objects.create(
        **{
            "series": series,
            "team": series.team,
            "nominal_date": due,
            "due_date": due,
            "opens_on": opens_on,
            "grace_ends_on": grace_ends_on,
            **fields,
        }
    )


def make_due_duty(**fields: Any) -> Occurrence:
    """A duty that is due in three days, whatever the day of the test."""
    return make_duty(timezone.now().date() + timedelta(days=3), **fields)


def own_queries(captured: Any) -> list[str]:
    """The captured queries that read duties; the frame of a page makes others."""
    return [query["sql"] for query in captured if "maintenance_" in query["sql"]]
