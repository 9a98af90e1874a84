"""The dates of a rule. Each is found by arithmetic from the anchor."""

from collections.abc import Iterator
from datetime import MAXYEAR, date
from itertools import count, takewhile

from maintenance.recurrence.patterns import Weekdays
from maintenance.recurrence.rule import MonthPattern, Rule

LAST_DAY = date.max.toordinal()


def between(rule: Rule, start: date, end: date) -> list[date]:
    """The rule's dates from start to end, both included, in order.

    The cost depends on the length of the span, not on the age of the rule.
    """
    return list(takewhile(lambda day: day <= end, starting(rule, start)))


def first(rule: Rule, start: date) -> date | None:
    """The rule's first date on or after start; None past the end of the calendar."""
    return next(starting(rule, start), None)


def starting(rule: Rule, start: date) -> Iterator[date]:
    """The rule's dates on or after start, in order, to the end of year 9999."""
    if rule.on is None:
        return _days(rule.anchor, rule.interval, start)
    if isinstance(rule.on, Weekdays):
        return _weekdays(rule.anchor, rule.interval, rule.on, start)
    return _months(rule.anchor, rule.months, rule.on, start)


def _days(anchor: date, interval: int, start: date) -> Iterator[date]:
    origin = anchor.toordinal()
    skipped = max(0, -(-(start.toordinal() - origin) // interval))
    for ordinal in range(origin + skipped * interval, LAST_DAY + 1, interval):
        yield date.fromordinal(ordinal)


def _weekdays(anchor: date, interval: int, on: Weekdays, start: date) -> Iterator[date]:
    earliest = max(anchor, start).toordinal()
    monday = anchor.toordinal() - anchor.weekday()
    skipped = (earliest - monday) // (7 * interval)
    for week in range(monday + skipped * 7 * interval, LAST_DAY + 1, 7 * interval):
        for weekday in on.days:
            if earliest <= week + weekday <= LAST_DAY:
                yield date.fromordinal(week + weekday)


def _months(
    anchor: date, interval: int, on: MonthPattern, start: date
) -> Iterator[date]:
    earliest = max(anchor, start)
    origin = anchor.year * 12 + anchor.month - 1
    skipped = (earliest.year * 12 + earliest.month - 1 - origin) // interval
    for index in count(origin + skipped * interval, interval):
        year, month = divmod(index, 12)
        if year > MAXYEAR:
            return
        day = on.in_month(year, month + 1)
        if day is not None and day >= earliest:
            yield day
