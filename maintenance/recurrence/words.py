"""A rule in the words a person would use for it.

"Bi-annual" is never printed: half the readers take it for every two years.
"""

from calendar import day_name, month_abbr, monthrange
from datetime import date

from maintenance.recurrence.patterns import (
    DayOfMonth,
    LastDay,
    NthWeekday,
    ShortMonth,
    Weekdays,
)
from maintenance.recurrence.rule import MonthPattern, Rule

EVERY_SO_MANY_MONTHS = {
    1: "Monthly",
    3: "Quarterly",
    4: "Three times a year",
    6: "Twice a year",
    12: "Yearly",
}
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
A_LEAP_YEAR = 2000


def describe(rule: Rule) -> str:
    """The rule as one short phrase, e.g. "Monthly, on the last day"."""
    if rule.on is None:
        return _plain("Daily", "days", rule)
    if isinstance(rule.on, Weekdays):
        days = _listed([day_name[day] for day in rule.on.days])
        return f"{_plain('Weekly', 'weeks', rule)}, on {days}"
    return _in_months(rule, rule.on)


def _plain(single: str, plural: str, rule: Rule) -> str:
    if rule.interval == 1:
        return single
    return f"Every {rule.interval} {plural} from {_day(rule.anchor)}"


def _in_months(rule: Rule, on: MonthPattern) -> str:
    if rule.months == 1:
        return f"Monthly, {_each_month(on)}"
    if rule.months % 12 == 0:
        years = rule.months // 12
        often = "Yearly" if years == 1 else f"Every {years} years"
        since = "" if years == 1 else f", from {rule.anchor.year}"
        return f"{often} ({_in_month(on, rule.anchor.month)}){since}"
    if 12 % rule.months == 0:
        dates = _dates(rule, on)
        often = f"Every {rule.months} months"
        if len(dates) * rule.months == 12:
            often = EVERY_SO_MANY_MONTHS.get(rule.months, often)
        return f"{often} ({', '.join(dates)})"
    return f"Every {rule.months} months from {_day(rule.anchor)}, {_each_month(on)}"


def _dates(rule: Rule, on: MonthPattern) -> list[str]:
    start = (rule.anchor.month - 1) % rule.months
    months = range(start, 12, rule.months)
    return [words for month in months if (words := _in_month(on, month + 1))]


def _each_month(on: MonthPattern) -> str:
    match on:
        case LastDay():
            return "on the last day"
        case NthWeekday():
            return f"on the {NTH[on.nth]} {day_name[on.weekday]}"
        case DayOfMonth():
            return f"on day {on.day}{_short_month(on)}"


def _short_month(on: DayOfMonth) -> str:
    if on.day <= 28:
        return ""
    if on.short_month is ShortMonth.SKIP:
        return ", except in shorter months"
    return ", or the last day of a shorter month"


def _in_month(on: MonthPattern, month: int) -> str:
    """The day in that month, or nothing when the month never has it."""
    name = month_abbr[month]
    if isinstance(on, NthWeekday):
        return f"{NTH[on.nth]} {day_name[on.weekday]} of {name}"
    longest = monthrange(A_LEAP_YEAR, month)[1]
    wanted = on.day if isinstance(on, DayOfMonth) else longest
    skips = isinstance(on, DayOfMonth) and on.short_month is ShortMonth.SKIP
    if skips and wanted > longest:
        return ""
    if month == 2 and wanted >= longest:
        return "29 Feb of leap years" if skips else "28 or 29 Feb"
    return f"{min(wanted, longest)} {name}"


def _day(day: date) -> str:
    return f"{day.day} {month_abbr[day.month]} {day.year}"


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
