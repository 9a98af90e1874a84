"""What a person reads instead of a rule."""

from datetime import date

import pytest

from maintenance.recurrence import (
    DayOfMonth,
    LastDay,
    NthWeekday,
    Rule,
    ShortMonth,
    Unit,
    Weekdays,
    describe,
)

JAN_31 = date(2026, 1, 31)
MONDAY = date(2026, 1, 5)
SKIP = ShortMonth.SKIP


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(Unit.DAY, MONDAY), "Daily"),
        (Rule(Unit.DAY, MONDAY, 10), "Every 10 days from 5 Jan 2026"),
        (Rule(Unit.WEEK, MONDAY, 1, Weekdays((0,))), "Weekly, on Monday"),
        (
            Rule(Unit.WEEK, MONDAY, 2, Weekdays((0, 2, 4))),
            "Every 2 weeks from 5 Jan 2026, on Monday, Wednesday and Friday",
        ),
        (Rule(Unit.MONTH, JAN_31, on=LastDay()), "Monthly, on the last day"),
        (
            Rule(Unit.MONTH, JAN_31, on=DayOfMonth(31)),
            "Monthly, on day 31, or the last day of a shorter month",
        ),
        (
            Rule(Unit.MONTH, JAN_31, on=DayOfMonth(31, SKIP)),
            "Monthly, on day 31, except in shorter months",
        ),
        (Rule(Unit.MONTH, MONDAY, on=DayOfMonth(5)), "Monthly, on day 5"),
        (
            Rule(Unit.MONTH, date(2026, 1, 13), on=NthWeekday(2, 1)),
            "Monthly, on the second Tuesday",
        ),
        (
            Rule(Unit.MONTH, date(2026, 3, 31), 3, LastDay()),
            "Quarterly (31 Mar, 30 Jun, 30 Sep, 31 Dec)",
        ),
        (
            Rule(Unit.MONTH, date(2026, 9, 30), 6, LastDay()),
            "Twice a year (31 Mar, 30 Sep)",
        ),
        (
            Rule(Unit.MONTH, date(2026, 2, 28), 6, LastDay()),
            "Twice a year (28 or 29 Feb, 31 Aug)",
        ),
        (
            Rule(Unit.MONTH, date(2026, 8, 31), 6, DayOfMonth(31, SKIP)),
            "Every 6 months (31 Aug)",
        ),
        (
            Rule(Unit.MONTH, MONDAY, 6, NthWeekday(1, 0)),
            "Twice a year (first Monday of Jan, first Monday of Jul)",
        ),
        (
            Rule(Unit.MONTH, MONDAY, 2, DayOfMonth(5)),
            "Every 2 months (5 Jan, 5 Mar, 5 May, 5 Jul, 5 Sep, 5 Nov)",
        ),
        (
            Rule(Unit.MONTH, JAN_31, 5, LastDay()),
            "Every 5 months from 31 Jan 2026, on the last day",
        ),
        (Rule(Unit.YEAR, MONDAY, on=DayOfMonth(5)), "Yearly (5 Jan)"),
        (
            Rule(Unit.YEAR, date(2028, 2, 29), 1, DayOfMonth(29, SKIP)),
            "Yearly (29 Feb of leap years)",
        ),
        (
            Rule(Unit.YEAR, MONDAY, 2, DayOfMonth(5)),
            "Every 2 years (5 Jan), from 2026",
        ),
        (
            Rule(Unit.MONTH, MONDAY, 24, DayOfMonth(5)),
            "Every 2 years (5 Jan), from 2026",
        ),
    ],
)
def test_a_rule_reads_as_a_person_would_say_it(rule, words):
    assert describe(rule) == words
