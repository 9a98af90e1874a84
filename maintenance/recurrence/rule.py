"""A rule: a unit, how many of them, where counting starts, and which day is meant."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from maintenance.recurrence.patterns import (
    DayOfMonth,
    LastDay,
    NthWeekday,
    RuleError,
    Weekdays,
)

MonthPattern = DayOfMonth | LastDay | NthWeekday
Pattern = Weekdays | MonthPattern

LONGEST_INTERVAL = 366


class Unit(StrEnum):
    """What a rule counts in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Rule:
    """Every `interval` units from `anchor`, on the days that `on` names.

    `anchor` is the first date of the rule and must itself follow the pattern, so
    that what a person picks as the first date is the first date. Quarterly is
    month x 3, twice a year is month x 6. Raises RuleError for a rule that
    contradicts itself.
    """

    unit: Unit
    anchor: date
    interval: int = 1
    on: Pattern | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.interval <= LONGEST_INTERVAL:
            raise RuleError(f"The interval must be 1 to {LONGEST_INTERVAL}.")
        self._check_pattern()
        if not self._anchor_follows_pattern():
            raise RuleError(
                f"The first date, {self.anchor.isoformat()}, does not follow the rule."
            )

    @property
    def months(self) -> int:
        """The length of the interval in months; 0 for days and weeks."""
        return {Unit.MONTH: 1, Unit.YEAR: 12}.get(self.unit, 0) * self.interval

    def _check_pattern(self) -> None:
        if self.unit is Unit.DAY and self.on is not None:
            raise RuleError("A rule that counts days takes no further choice of day.")
        if self.unit is Unit.WEEK and not isinstance(self.on, Weekdays):
            raise RuleError("A rule that counts weeks needs its weekdays.")
        if self.months and not isinstance(self.on, MonthPattern):
            raise RuleError("A rule that counts months needs its day of the month.")

    def _anchor_follows_pattern(self) -> bool:
        if self.on is None:
            return True
        if isinstance(self.on, Weekdays):
            return self.anchor.weekday() in self.on.days
        return self.on.in_month(self.anchor.year, self.anchor.month) == self.anchor
