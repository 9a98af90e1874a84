"""Words for spans of time and for a clock's state."""

import datetime as dt
import math
from dataclasses import dataclass

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86400
# Under the first bound a span is told in the first unit, and so on.
SCALE = ((MINUTE, SECOND, "s"), (HOUR, MINUTE, "min"))


@dataclass(frozen=True)
class Reading:
    """A clock as a person reads it: words, and the tone they are shown in."""

    text: str
    tone: str


def span(length: dt.timedelta, *, up: bool = False) -> str:
    """A length in at most two units, rounded down, or up when time is left.

    Remaining time is rounded up so that nobody reads zero while time is left.
    """
    seconds = _whole(length.total_seconds(), SECOND, up=up)
    for bound, unit, name in SCALE:
        count = _whole(seconds, unit, up=up)
        if count * unit < bound:
            return f"{count} {name}"
    if _whole(seconds, MINUTE, up=up) * MINUTE < DAY:
        return _pair(_whole(seconds, MINUTE, up=up), 60, "h", "min")
    return _pair(_whole(seconds, HOUR, up=up), 24, "d", "h")


def read(
    *,
    started_at: dt.datetime,
    at_risk_at: dt.datetime,
    deadline: dt.datetime,
    ended_at: dt.datetime | None,
    now: dt.datetime,
) -> Reading:
    """A response clock in words: time left, late, answered in time or too late."""
    if ended_at is not None and ended_at <= deadline:
        return Reading(f"answered in {span(ended_at - started_at)}", "ok")
    if ended_at is not None:
        return Reading(f"answered {span(ended_at - deadline)} late", "bad")
    if now > deadline:
        return Reading(f"breached {span(now - deadline)} ago", "bad")
    tone = "warn" if now >= at_risk_at else "info"
    return Reading(f"{span(deadline - now, up=True)} left", tone)


def answer_by(deadline: dt.datetime, *, now: dt.datetime, zone: dt.tzinfo) -> str:
    """A deadline for somebody about to make the promise: "by 14:05, in 5 min"."""
    local = deadline.astimezone(zone)
    today = now.astimezone(zone).date()
    day = "" if local.date() == today else f"{day_name(local.date())}, "
    return f"by {day}{local:%H:%M %Z}, in {span(deadline - now, up=True)}"


def day_name(day: dt.date) -> str:
    """A date as "Monday 9 March 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def _whole(amount: float, unit: int, *, up: bool) -> int:
    return math.ceil(amount / unit) if up else math.floor(amount / unit)


def _pair(count: int, per: int, major: str, minor: str) -> str:
    whole, rest = divmod(count, per)
    return f"{whole} {major} {rest} {minor}" if rest else f"{whole} {major}"
