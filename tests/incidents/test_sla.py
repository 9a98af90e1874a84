import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents import sla

BERLIN = sla.Calendar(ZoneInfo("Europe/Berlin"))
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"]
HOUR = dt.timedelta(hours=1)

calendars = st.builds(
    sla.Calendar,
    zone=st.sampled_from([ZoneInfo(key) for key in [*ZONES, "Pacific/Apia"]]),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)
instants = st.datetimes(
    min_value=dt.datetime(2005, 1, 1),
    max_value=dt.datetime(2035, 1, 1),
    timezones=st.just(dt.UTC),
)
targets = st.one_of(
    st.builds(sla.Elapsed, st.integers(1, 10**6)),
    st.builds(sla.BusinessSeconds, st.integers(1, 40 * 3600)),
    st.builds(sla.BusinessDayEnd, st.integers(1, 5)),
)


def berlin(*parts: int, fold: int = 0) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=BERLIN.zone, fold=fold)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("declared", "due"),
    [
        (berlin(2026, 3, 5, 10, 0), berlin(2026, 3, 6, 17)),  # Thursday → Friday
        (berlin(2026, 3, 6, 17, 5), berlin(2026, 3, 9, 17)),  # Friday evening → Monday
        (berlin(2026, 3, 7, 12, 0), berlin(2026, 3, 9, 17)),  # Saturday → Monday
        (berlin(2026, 3, 9, 0, 30), berlin(2026, 3, 10, 17)),  # Monday 00:30 → Tuesday
        (berlin(2026, 3, 27, 9, 0), berlin(2026, 3, 30, 17)),  # clocks go forward
        (berlin(2026, 10, 23, 9, 0), berlin(2026, 10, 26, 17)),  # clocks go back
    ],
)
def test_the_next_business_day_closes_after_the_local_date_of_declaration(
    declared, due
):
    assert sla.deadline(sla.BusinessDayEnd(1), declared, BERLIN) == due


def test_the_owning_teams_zone_decides_what_the_next_day_is():
    declared = dt.datetime(2026, 3, 9, 23, 30, tzinfo=dt.UTC)  # Tuesday in Berlin
    assert sla.deadline(sla.BusinessDayEnd(), declared, BERLIN) == berlin(
        2026, 3, 11, 17
    )
    utc = sla.Calendar(ZoneInfo("UTC"))
    assert sla.deadline(sla.BusinessDayEnd(), declared, utc) == dt.datetime(
        2026, 3, 10, 17, tzinfo=dt.UTC
    )


def test_elapsed_minutes_are_real_minutes_when_the_clocks_change():
    before = berlin(2026, 3, 29, 1, 50)
    assert sla.deadline(sla.Elapsed(1800), before, BERLIN) == berlin(2026, 3, 29, 3, 20)
    first = berlin(2026, 10, 25, 2, 50, fold=0)
    assert sla.deadline(sla.Elapsed(1800), first, BERLIN) == berlin(
        2026, 10, 25, 2, 20, fold=1
    ).astimezone(dt.UTC)


def test_working_time_skips_nights_and_weekends():
    friday = berlin(2026, 3, 6, 16, 0)
    due = sla.deadline(sla.BusinessSeconds(2 * 3600), friday, BERLIN)
    assert due == berlin(2026, 3, 9, 10)
    assert BERLIN.between(friday, due) == 2 * HOUR


def test_an_opening_inside_the_hour_that_does_not_exist_is_the_jump_itself():
    night = sla.Calendar(
        BERLIN.zone, dt.time(2, 30), dt.time(6), weekdays=frozenset(range(7))
    )
    interval = night.interval(dt.date(2026, 3, 29))
    assert interval
    assert interval.opens == dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)


def test_the_repeated_hour_belongs_to_the_working_time_around_it():
    night = sla.Calendar(
        BERLIN.zone, dt.time(2, 30), dt.time(2, 45), weekdays=frozenset(range(7))
    )
    interval = night.interval(dt.date(2026, 10, 25))
    assert interval
    assert interval.closes - interval.opens == HOUR + dt.timedelta(minutes=15)


def test_a_day_the_zone_skipped_is_no_business_day():
    apia = sla.Calendar(ZoneInfo("Pacific/Apia"))
    assert apia.interval(dt.date(2011, 12, 30)) is None
    thursday = dt.datetime(2011, 12, 29, 10, tzinfo=apia.zone)
    due = sla.deadline(sla.BusinessDayEnd(), thursday, apia)
    assert due == dt.datetime(2012, 1, 2, 17, tzinfo=apia.zone)


def test_at_risk_is_four_fifths_of_the_clocks_own_time_base():
    start = berlin(2026, 3, 6, 17, 5)
    assert sla.at_risk(sla.Elapsed(300), start, BERLIN) - start == dt.timedelta(
        minutes=4
    )
    # One business day of eight hours lies before Monday's close: 80 % is 15:24.
    assert sla.at_risk(sla.BusinessDayEnd(), start, BERLIN) == berlin(
        2026, 3, 9, 15, 24
    )


@given(targets, calendars, instants, instants)
def test_a_later_declaration_never_has_an_earlier_deadline(target, calendar, one, two):
    first, second = sorted([one, two])
    assert sla.deadline(target, first, calendar) <= sla.deadline(
        target, second, calendar
    )


@given(targets, calendars, instants)
def test_a_clock_is_at_risk_after_its_start_and_before_its_deadline(
    target, calendar, start
):
    due = sla.deadline(target, start, calendar)
    assert start <= sla.at_risk(target, start, calendar) <= due
    assert due.tzinfo is dt.UTC


@given(calendars, instants, st.integers(1, 5))
def test_the_end_of_a_business_day_lies_after_the_local_date_and_on_a_weekday(
    calendar, start, days
):
    due = sla.deadline(sla.BusinessDayEnd(days), start, calendar)
    assert calendar.local_day(due) > calendar.local_day(start)
    assert calendar.local_day(due).weekday() in calendar.weekdays


@given(calendars, instants, st.integers(1, 40 * 3600))
def test_adding_working_time_and_measuring_it_agree(calendar, start, seconds):
    work = dt.timedelta(seconds=seconds)
    assert calendar.between(start, calendar.add(start, work)) == work


@given(targets, calendars, instants)
def test_every_deadline_can_be_explained(target, calendar, start):
    assert sla.explain(target, start, calendar).endswith(".")


def test_the_explanation_names_the_zone_the_day_and_the_days_left_out():
    words = sla.explain(sla.BusinessDayEnd(), berlin(2026, 3, 6, 17, 5), BERLIN)
    assert words == (
        "Started on Friday 6 March 2026 in Europe/Berlin. The next business day is "
        "Monday 9 March 2026, and it closes at 17:00 CET. Saturday 7 March 2026 and "
        "Sunday 8 March 2026 are not counted."
    )


def test_the_explanation_of_minutes_says_that_nights_count():
    words = sla.explain(sla.Elapsed(300), berlin(2026, 3, 6, 17, 5), BERLIN)
    assert words == "5 min after the start, day and night, weekends included."


def test_the_explanation_of_working_time_names_the_hours_of_work():
    words = sla.explain(sla.BusinessSeconds(2 * 3600), berlin(2026, 3, 6, 16), BERLIN)
    assert words == (
        "2 h of working time (09:00 to 17:00, Europe/Berlin) after the start: "
        "Monday 9 March 2026, 10:00 CET."
    )


@pytest.mark.parametrize(
    ("seconds", "down", "up"),
    [
        (0, "0 s", "0 s"),
        (0.2, "0 s", "1 s"),
        (59.5, "59 s", "1 min"),
        (119, "1 min", "2 min"),
        (3541, "59 min", "1 h"),
        (3900, "1 h 5 min", "1 h 5 min"),
        (86399, "23 h 59 min", "1 d"),
        (90000, "1 d 1 h", "1 d 1 h"),
    ],
)
def test_time_left_is_rounded_up_and_time_gone_down(seconds, down, up):
    length = dt.timedelta(seconds=seconds)
    assert (sla.span(length), sla.span(length, up=True)) == (down, up)


@pytest.mark.parametrize(
    ("ended", "now", "text", "tone"),
    [
        (None, 60, "4 min left", "info"),
        (None, 240, "1 min left", "warn"),
        (None, 300, "0 s left", "warn"),
        (None, 301, "breached 1 s ago", "bad"),
        (130, 900, "answered in 2 min", "ok"),
        (300, 900, "answered in 5 min", "ok"),
        (480, 900, "answered 3 min late", "bad"),
    ],
)
def test_a_clock_is_read_in_words_and_a_tone(ended, now, text, tone):
    start = berlin(2026, 3, 6, 12)

    def after(seconds: int) -> dt.datetime:
        return start + dt.timedelta(seconds=seconds)

    reading = sla.read(
        started_at=start,
        at_risk_at=after(240),
        deadline=after(300),
        ended_at=None if ended is None else after(ended),
        now=after(now),
    )
    assert (reading.text, reading.tone) == (text, tone)


def test_a_promise_about_to_be_made_names_the_hour_and_another_day():
    now = berlin(2026, 3, 6, 14, 0)
    today = sla.answer_by(now + HOUR / 12, now=now, zone=BERLIN.zone)
    assert today == "by 14:05 CET, in 5 min"
    monday = sla.answer_by(berlin(2026, 3, 9, 17), now=now, zone=BERLIN.zone)
    assert monday == "by Monday 9 March 2026, 17:00 CET, in 3 d 3 h"
