"""The arithmetic of recurring days, against itself and against dateutil."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from dateutil import rrule
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

from maintenance.recurrence import (
    DayOfMonth,
    LastDay,
    NthWeekday,
    Rule,
    RuleError,
    ShortMonth,
    Unit,
    Weekdays,
    between,
    first,
    starting,
)

RRULE_DAYS = (
    rrule.MO,
    rrule.TU,
    rrule.WE,
    rrule.TH,
    rrule.FR,
    rrule.SA,
    rrule.SU,
)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))
modern = st.dates(date(1990, 1, 1), date(2090, 12, 31))
intervals = st.integers(1, 60)


@st.composite
def rules(draw, anchors=days):
    """Any legal rule: its pattern is drawn from its anchor."""
    anchor, interval = draw(anchors), draw(intervals)
    unit = draw(st.sampled_from(Unit))
    if unit is Unit.DAY:
        return Rule(unit, anchor, interval)
    if unit is Unit.WEEK:
        extra = draw(st.frozensets(st.integers(0, 6)))
        chosen = tuple(sorted(extra | {anchor.weekday()}))
        return Rule(unit, anchor, interval, Weekdays(chosen))
    patterns = [DayOfMonth(anchor.day), DayOfMonth(anchor.day, ShortMonth.SKIP)]
    if anchor.day == monthrange(anchor.year, anchor.month)[1]:
        patterns += [LastDay(), DayOfMonth(31)]
    if anchor.day <= 28:
        patterns.append(NthWeekday((anchor.day + 6) // 7, anchor.weekday()))
    return Rule(unit, anchor, interval, draw(st.sampled_from(patterns)))


def oracle(rule, start, end):
    """The same rule in RFC 5545 terms, where both mean the same."""
    week = {rrule.WEEKLY: {"wkst": rrule.MO}}
    options = {"dtstart": rule.anchor, "interval": rule.interval}
    frequency = getattr(rrule, {"day": "DAILY", "week": "WEEKLY"}.get(rule.unit, ""), 2)
    if rule.months:
        frequency, options["interval"] = rrule.MONTHLY, rule.months
    match rule.on:
        case Weekdays(chosen):
            options["byweekday"] = [RRULE_DAYS[day] for day in chosen]
        case LastDay():
            options["bymonthday"] = -1
        case NthWeekday(nth, weekday):
            options["byweekday"] = RRULE_DAYS[weekday](nth)
        case DayOfMonth(day, ShortMonth.SKIP):
            options["bymonthday"] = day
    options |= week.get(frequency, {})
    until = rrule.rrule(frequency, until=end, **options)
    return [found.date() for found in until if found.date() >= start]


@given(rules(), days, st.integers(0, 800))
def test_dates_stay_inside_the_span_in_order_and_never_before_the_anchor(
    rule, start, length
):
    end = min(start.toordinal() + length, date.max.toordinal())
    found = between(rule, start, date.fromordinal(end))
    assert found == sorted(set(found))
    assert all(max(start, rule.anchor) <= day for day in found)
    assert all(day.toordinal() <= end for day in found)


@given(rules(), days, st.integers(1, 400), st.integers(1, 400))
def test_two_adjoining_spans_hold_what_the_whole_holds(rule, start, one, two):
    assume(start.toordinal() + one + two < date.max.toordinal())
    middle = start + timedelta(days=one)
    end = middle + timedelta(days=two)
    whole = between(rule, start, end)
    parts = between(rule, start, middle) + between(
        rule, middle + timedelta(days=1), end
    )
    assert parts == whole


@given(rules())
def test_the_anchor_is_the_first_date(rule):
    assert first(rule, date.min) == rule.anchor


@given(rules(anchors=modern), modern, st.integers(0, 1500))
def test_dateutil_agrees_wherever_it_means_the_same(rule, start, length):
    clamps = isinstance(rule.on, DayOfMonth) and rule.on.short_month == "clamp"
    assume(not clamps)
    end = start + timedelta(days=length)
    assert between(rule, start, end) == oracle(rule, start, end)


@given(modern, st.integers(1, 36), st.integers(0, 200))
def test_clamping_is_the_anchor_plus_whole_months(anchor, interval, index):
    rule = Rule(Unit.MONTH, anchor, interval, DayOfMonth(anchor.day))
    wanted = anchor + relativedelta(months=index * interval)
    assert between(rule, wanted, wanted) == [wanted]


@given(modern, st.integers(1, 24), st.sampled_from([29, 30, 31]))
def test_a_clamped_rule_never_misses_a_period(start, interval, day):
    first_month = date(start.year, start.month, 1)
    anchor = DayOfMonth(day).in_month(start.year, start.month)
    rule = Rule(Unit.MONTH, anchor, interval, DayOfMonth(day))
    found = starting(rule, first_month)
    for index in range(30):
        month = first_month + relativedelta(months=index * interval)
        assert next(found) == DayOfMonth(day).in_month(month.year, month.month)


def test_the_thirty_first_comes_back_after_february():
    rule = Rule(Unit.MONTH, date(2026, 1, 31), on=DayOfMonth(31))
    assert between(rule, date(2026, 2, 1), date(2026, 4, 30)) == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_last_day_and_day_28_part_ways_after_a_february_anchor():
    anchor, march = date(2026, 2, 28), (date(2026, 3, 1), date(2026, 3, 31))
    last = Rule(Unit.MONTH, anchor, on=LastDay())
    day_28 = Rule(Unit.MONTH, anchor, on=DayOfMonth(28))
    assert between(last, *march) == [date(2026, 3, 31)]
    assert between(day_28, *march) == [date(2026, 3, 28)]


def test_twice_a_year_from_the_end_of_march_gives_two_dates_a_year():
    rule = Rule(Unit.MONTH, date(2026, 3, 31), 6, LastDay())
    assert between(rule, date(2027, 1, 1), date(2027, 12, 31)) == [
        date(2027, 3, 31),
        date(2027, 9, 30),
    ]


def test_a_leap_day_is_kept_every_year_on_the_last_of_february():
    rule = Rule(Unit.YEAR, date(2028, 2, 29), on=DayOfMonth(29))
    assert between(rule, date(2029, 1, 1), date(2032, 12, 31)) == [
        date(2029, 2, 28),
        date(2030, 2, 28),
        date(2031, 2, 28),
        date(2032, 2, 29),
    ]


def test_every_second_week_counts_from_the_anchors_week_not_from_the_year():
    rule = Rule(Unit.WEEK, date(2026, 12, 24), 2, Weekdays((0, 3)))
    assert between(rule, date(2026, 12, 1), date(2027, 1, 31)) == [
        date(2026, 12, 24),
        date(2027, 1, 4),
        date(2027, 1, 7),
        date(2027, 1, 18),
        date(2027, 1, 21),
    ]


@pytest.mark.parametrize("end_of_time", [date.min, date.max])
def test_the_ends_of_the_calendar_are_reached_without_an_error(end_of_time):
    for rule in (
        Rule(Unit.DAY, end_of_time, 366),
        Rule(Unit.WEEK, end_of_time, 3, Weekdays((end_of_time.weekday(),))),
        Rule(Unit.MONTH, end_of_time, 7, DayOfMonth(end_of_time.day)),
        Rule(Unit.YEAR, end_of_time, 366, DayOfMonth(end_of_time.day)),
    ):
        assert between(rule, end_of_time, end_of_time) == [end_of_time]
        assert between(rule, date.max, date.max) in ([], [date.max])


def test_an_old_rule_costs_no_more_than_a_young_one():
    ancient = Rule(Unit.DAY, date(1, 1, 1))
    assert first(ancient, date(9999, 1, 1)) == date(9999, 1, 1)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Rule(Unit.DAY, date(2026, 1, 1), 0), "interval"),
        (lambda: Rule(Unit.DAY, date(2026, 1, 1), 367), "interval"),
        (lambda: Rule(Unit.DAY, date(2026, 1, 1), on=LastDay()), "counts days"),
        (lambda: Rule(Unit.WEEK, date(2026, 1, 1)), "weekdays"),
        (lambda: Rule(Unit.WEEK, date(2026, 1, 1), on=LastDay()), "weekdays"),
        (lambda: Rule(Unit.MONTH, date(2026, 1, 1)), "day of the month"),
        (lambda: Rule(Unit.YEAR, date(2026, 1, 1), on=Weekdays((3,))), "of the month"),
        (lambda: Rule(Unit.MONTH, date(2026, 1, 30), on=LastDay()), "first date"),
        (lambda: Rule(Unit.WEEK, date(2026, 1, 1), on=Weekdays((0,))), "first date"),
        (lambda: DayOfMonth(0), "between 1 and 31"),
        (lambda: DayOfMonth(32), "between 1 and 31"),
        (lambda: NthWeekday(5, 0), "fifth"),
        (lambda: NthWeekday(1, 7), "weekday"),
        (lambda: Weekdays(()), "at least one"),
        (lambda: Weekdays((3, 1)), "in order"),
        (lambda: Weekdays((1, 1)), "in order"),
        (lambda: Weekdays((-1,)), "weekday"),
    ],
)
def test_an_impossible_rule_is_refused_in_words(make, reason):
    with pytest.raises(RuleError, match=reason):
        make()
