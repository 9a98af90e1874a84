"""What a series row may hold, and what its columns mean."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given

from maintenance.models import Series
from maintenance.models.series import columns, validate_time_zone
from maintenance.recurrence import LastDay, Rule, RuleError, Unit
from tests.maintenance.factories import make_series
from tests.maintenance.test_recurrence import rules


@given(rules())
def test_every_rule_survives_its_columns(rule):
    assert Series(**columns(rule)).rule == rule


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"interval": 0},
        {"interval": 367},
        {"unit": "moon"},
        {"pattern": "weekdays"},
        {"pattern": "day", "month_day": 32},
        {"pattern": "day", "month_day": None},
        {"pattern": "nth_weekday", "nth": 5, "weekdays": [1]},
        {"pattern": "nth_weekday", "nth": None, "weekdays": [1]},
        {"pattern": "nth_weekday", "nth": 1, "weekdays": []},
        {"unit": "week", "pattern": "weekdays", "weekdays": []},
        {"unit": "day"},
        {"lead_days": 367},
    ],
)
def test_the_database_refuses_a_rule_with_missing_or_wild_parts(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_series(**broken)


@pytest.mark.django_db
def test_columns_that_contradict_the_anchor_are_refused_when_read():
    series = make_series(anchor=date(2026, 1, 30))
    with pytest.raises(RuleError):
        _ = series.rule


def test_days_around_a_date_stop_at_the_ends_of_the_calendar():
    series = Series(lead_days=366, grace_days=366)
    assert series.days_around(date.min)[0] == date.min
    assert series.days_around(date.max)[1] == date.max


@pytest.mark.parametrize(
    "name", ["", "America", "Mars/Base", "x" * 300, "../etc/passwd", "a\x00b"]
)
def test_only_known_time_zones_are_accepted(name):
    with pytest.raises(ValidationError):
        validate_time_zone(name)


def test_a_series_says_its_rule_in_words():
    rule = Rule(Unit.MONTH, date(2026, 3, 31), 6, LastDay())
    assert Series(**columns(rule)).rule_in_words == "Twice a year (31 Mar, 30 Sep)"
