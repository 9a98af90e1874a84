"""When a team is at work, as UTC instants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

ONE_DAY = dt.timedelta(days=1)
ONE_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Interval:
    """Working time of one local day; `opens` and `closes` are UTC instants."""

    day: dt.date
    opens: dt.datetime
    closes: dt.datetime


@dataclass(frozen=True)
class Calendar:
    """One team's working week on its own wall clock."""

    zone: ZoneInfo
    opens: dt.time = dt.time(9)
    closes: dt.time = dt.time(17)
    weekdays: frozenset[int] = frozenset(range(5))

    @classmethod
    def of(cls, zone: str) -> Calendar:
        """The default working week in a zone named by its IANA key."""
        return cls(ZoneInfo(zone))

    def local_day(self, instant: dt.datetime) -> dt.date:
        """The date on the team's wall at this instant."""
        return instant.astimezone(self.zone).date()

    def interval(self, day: dt.date) -> Interval | None:
        """The working time of a local day, or None on a day off.

        When the clocks go back over an opening or a closing, the first occurrence
        opens and the last one closes: the repeated hour is working time.
        """
        if day.weekday() not in self.weekdays:
            return None
        opens = self._instant(day, self.opens, fold=0)
        closes = self._instant(day, self.closes, fold=1)
        # A day the zone skipped (Apia had no 30 December 2011) has no working time.
        return Interval(day, opens, closes) if opens < closes else None

    def intervals(self, first: dt.date) -> Iterator[Interval]:
        """Working times from a local day onwards, without end."""
        day = first
        while True:
            interval = self.interval(day)
            if interval:
                yield interval
            day += ONE_DAY

    def add(self, start: dt.datetime, work: dt.timedelta) -> dt.datetime:
        """The instant at which so much working time has passed since `start`."""
        left = work
        for interval in self.intervals(self.local_day(start)):
            begin = max(start.astimezone(dt.UTC), interval.opens)
            room = max(interval.closes - begin, dt.timedelta())
            if left <= room:
                return begin + left
            left -= room
        raise AssertionError("intervals() has no end")  # pragma: no cover

    def between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Working time from `start` to `end`."""
        total = dt.timedelta()
        for interval in self.intervals(self.local_day(start)):
            if interval.opens >= end:
                break
            begin = max(start, interval.opens)
            total += max(min(end, interval.closes) - begin, dt.timedelta())
        return total

    def _instant(self, day: dt.date, wall: dt.time, *, fold: int) -> dt.datetime:
        local = dt.datetime.combine(day, wall, tzinfo=self.zone)
        instants = [local.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1)]
        exists = instants[fold].astimezone(self.zone).replace(tzinfo=None)
        if exists == local.replace(tzinfo=None):
            return instants[fold]
        return self._transition(min(instants), max(instants))

    def _transition(self, before: dt.datetime, after: dt.datetime) -> dt.datetime:
        """The second at which the wall clock jumped, by halving."""
        offset = before.astimezone(self.zone).utcoffset()
        while after - before > ONE_SECOND:
            middle = (before + (after - before) / 2).replace(microsecond=0)
            if middle.astimezone(self.zone).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after
