"""Rows ahead of time: all of them, once, whatever happened in between."""

from datetime import date

import pytest
import time_machine

from maintenance import jobs
from maintenance.models import Occurrence, Series
from maintenance.recurrence import Rule, Unit, Weekdays
from tests.maintenance.factories import make_series

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_tenth")]
WEEKLY = Rule(Unit.WEEK, date(2026, 11, 2), 1, Weekdays((0,)))


@pytest.fixture
def _on_the_tenth():
    with time_machine.travel("2026-11-10T12:00:00Z", tick=False):
        yield


def test_a_new_series_gets_every_date_from_its_anchor_for_eighteen_months():
    series = make_series(rule=WEEKLY)
    jobs.top_up()
    dates = list(series.occurrences.values_list("nominal_date", flat=True))
    assert dates[0] == date(2026, 11, 2)
    assert len(dates) == 80
    assert date(2028, 5, 1) <= dates[-1] <= date(2028, 5, 11)


def test_running_it_again_adds_nothing():
    make_series(rule=WEEKLY)
    jobs.top_up()
    before = Occurrence.objects.count()
    assert jobs.top_up() == 0
    Series.objects.update(generated_until=None)
    jobs.top_up()
    assert Occurrence.objects.count() == before


def test_a_later_day_adds_only_what_is_new():
    series = make_series(rule=WEEKLY)
    jobs.top_up()
    before = series.occurrences.count()
    with time_machine.travel("2026-11-17T12:00:00Z", tick=False):
        jobs.top_up()
    assert series.occurrences.count() == before + 1


def test_rows_that_have_ended_are_left_alone():
    series = make_series(rule=WEEKLY)
    jobs.top_up()
    row = series.occurrences.first()
    row.miss()
    row.save()
    Series.objects.update(generated_until=None)
    jobs.top_up()
    row.refresh_from_db()
    assert row.state == "missed"


def test_a_row_carries_the_days_and_the_owner_of_its_making():
    series = make_series(lead_days=10, grace_days=5)
    jobs.top_up()
    row = series.occurrences.get(nominal_date=date(2026, 11, 30))
    assert (row.opens_on, row.due_date) == (date(2026, 11, 20), date(2026, 11, 30))
    assert row.grace_ends_on == date(2026, 12, 5)
    assert row.team == series.team


def test_an_inactive_series_gets_no_rows():
    make_series(active=False)
    assert jobs.top_up() == 0


def test_one_impossible_series_does_not_stop_the_others():
    broken = make_series(anchor=date(2026, 1, 30))
    healthy = make_series()
    jobs.top_up()
    assert not broken.occurrences.exists()
    assert healthy.occurrences.exists()


def test_the_number_of_queries_does_not_grow_with_the_number_of_series(
    django_assert_max_num_queries,
):
    for _ in range(40):
        make_series()
    with django_assert_max_num_queries(6):
        jobs.top_up()
