"""What was promised, and the instant it falls due.

Runbook, Severity Classification: immediate, thirty minutes, next business day.
Three shapes cover every promise a policy can make.
"""

import datetime as dt
from dataclasses import dataclass

from incidents.sla.calendars import ONE_DAY, Calendar, Interval
from incidents.sla.wording import day_name, span

AT_RISK = 0.8


@dataclass(frozen=True)
class Elapsed:
    """So many seconds, day and night."""

    seconds: int


@dataclass(frozen=True)
class BusinessSeconds:
    """So many seconds of the owning team's working time."""

    seconds: int


@dataclass(frozen=True)
class BusinessDayEnd:
    """Close of business on the n-th business day after the local date of the start."""

    days: int = 1


Target = Elapsed | BusinessSeconds | BusinessDayEnd


def deadline(target: Target, start: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The UTC instant by which the promise is kept."""
    match target:
        case Elapsed(seconds):
            # Adding to a local time would add wall time across a change of the clocks.
            return start.astimezone(dt.UTC) + dt.timedelta(seconds=seconds)
        case BusinessSeconds(seconds):
            return calendar.add(start, dt.timedelta(seconds=seconds))
        case BusinessDayEnd(days):
            return _closing_day(days, start, calendar).closes


def at_risk(target: Target, start: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The UTC instant at which 80 % of the promise's own time base is used up."""
    due = deadline(target, start, calendar)
    begin = start.astimezone(dt.UTC)
    if isinstance(target, Elapsed):
        return begin + (due - begin) * AT_RISK
    return calendar.add(begin, calendar.between(begin, due) * AT_RISK)


def explain(target: Target, start: dt.datetime, calendar: Calendar) -> str:
    """Why the deadline is what it is, in one or two sentences for a person."""
    due = deadline(target, start, calendar).astimezone(calendar.zone)
    match target:
        case Elapsed(seconds):
            length = span(dt.timedelta(seconds=seconds))
            return f"{length} after the start, day and night, weekends included."
        case BusinessSeconds(seconds):
            length = span(dt.timedelta(seconds=seconds))
            return (
                f"{length} of working time ({_hours(calendar)}, {calendar.zone.key}) "
                f"after the start: {day_name(due.date())}, {due:%H:%M %Z}."
            )
        case BusinessDayEnd(days):
            closing = _closing_day(days, start, calendar)
            return _explain_day_end(days, start, calendar, closing.day, due)


def _closing_day(days: int, start: dt.datetime, calendar: Calendar) -> Interval:
    following = calendar.intervals(calendar.local_day(start) + ONE_DAY)
    for _ in range(days - 1):
        next(following)
    return next(following)


def _explain_day_end(
    days: int,
    start: dt.datetime,
    calendar: Calendar,
    day: dt.date,
    due: dt.datetime,
) -> str:
    first = calendar.local_day(start)
    ordinal = "next business day" if days == 1 else f"business day {days} after it"
    passed = [first + ONE_DAY * step for step in range(1, (day - first).days)]
    closed = [name for name in passed if calendar.interval(name) is None]
    skipped = ""
    if closed:
        names = " and ".join(day_name(name) for name in closed)
        skipped = f" {names} {'is' if len(closed) == 1 else 'are'} not counted."
    return (
        f"Started on {day_name(first)} in {calendar.zone.key}. The {ordinal} is "
        f"{day_name(day)}, and it closes at {due:%H:%M %Z}.{skipped}"
    )


def _hours(calendar: Calendar) -> str:
    return f"{calendar.opens:%H:%M} to {calendar.closes:%H:%M}"
