"""A superseded duty becomes missed, for good; a carried one stays overdue."""

from datetime import date

import pytest
import time_machine

from maintenance import jobs
from maintenance.models import Series
from maintenance.recurrence import Rule, Unit, Weekdays
from portal.audit.models import AuditEvent
from portal.notify.models import Notice
from tests.maintenance.factories import make_duty, make_series

pytestmark = pytest.mark.django_db
MONDAYS = Rule(Unit.WEEK, date(2026, 11, 2), 1, Weekdays((0,)))


def make_weekly(**fields):
    """Due 2 November with grace to the 4th; the next is due 9, opens on the 6th."""
    defaults = {"rule": MONDAYS, "lead_days": 3, "grace_days": 2}
    series = make_series(on_missed=Series.OnMissed.SUPERSEDE, **defaults | fields)
    first = make_duty(date(2026, 11, 2), series=series)
    make_duty(date(2026, 11, 9), series=series)
    return first


def run_on(day):
    with time_machine.travel(f"2026-11-{day:02}T12:00:00Z", tick=False):
        return jobs.mark_missed()


def test_it_is_missed_when_the_next_one_opens(lead):
    first = make_weekly()
    assert run_on(5) == 0
    assert run_on(6) == 1
    first.refresh_from_db()
    assert first.state == "missed"
    assert run_on(7) == 0


def test_it_is_not_missed_before_its_own_grace_is_over():
    first = make_weekly(lead_days=7, grace_days=5)
    assert run_on(7) == 0
    assert run_on(8) == 1
    first.refresh_from_db()
    assert first.state == "missed"


def test_a_carried_duty_is_never_missed():
    make_weekly_carried = make_series(rule=MONDAYS, lead_days=3, grace_days=2)
    make_duty(date(2026, 11, 2), series=make_weekly_carried)
    make_duty(date(2026, 11, 9), series=make_weekly_carried)
    assert run_on(30) == 0


def test_the_record_and_the_teams_leads_are_told_once(lead, engineer):
    first = make_weekly()
    run_on(6)
    event = AuditEvent.objects.get(action="duty.missed")
    assert (event.actor, event.target_id) == (None, str(first.pk))
    notices = Notice.objects.filter(channel=Notice.Channel.IN_APP)
    assert [(notice.recipient, notice.link) for notice in notices] == [
        (lead, first.get_absolute_url())
    ]


def test_the_last_of_a_series_waits_for_a_successor():
    series = make_weekly().series
    series.occurrences.filter(nominal_date=date(2026, 11, 9)).update(state="cancelled")
    assert run_on(28) == 0
