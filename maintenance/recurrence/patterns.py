"""Which day, or days, of a week or a month a rule means."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class RuleError(ValueError):
    """A rule that names no day, or not the day it says; the text is for a person."""


class ShortMonth(StrEnum):
    """What a day that a month does not have becomes."""

    CLAMP = "clamp"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Certain days of the week; 0 is Monday, as in `date.weekday`."""

    days: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.days:
            raise RuleError("Choose at least one weekday.")
        for day in self.days:
            check_weekday(day)
        if list(self.days) != sorted(set(self.days)):
            raise RuleError("Weekdays must be in order and named once.")


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """The same day number in each month, clamped to a shorter month's last day."""

    day: int
    short_month: ShortMonth = ShortMonth.CLAMP

    def __post_init__(self) -> None:
        if not 1 <= self.day <= 31:
            raise RuleError("The day of the month must be between 1 and 31.")

    def in_month(self, year: int, month: int) -> date | None:
        """The day this pattern means there; None when a short month is skipped."""
        length = monthrange(year, month)[1]
        if self.day > length and self.short_month is ShortMonth.SKIP:
            return None
        return date(year, month, min(self.day, length))


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day of each month, whatever its number."""

    def in_month(self, year: int, month: int) -> date | None:
        """The month's last day."""
        return date(year, month, monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The first to fourth (1 to 4) or the last (-1) such weekday of each month."""

    nth: int
    weekday: int

    def __post_init__(self) -> None:
        check_weekday(self.weekday)
        if self.nth not in {1, 2, 3, 4, -1}:
            raise RuleError(
                "Choose the first to fourth weekday of the month, or the last: "
                "not every month has a fifth."
            )

    def in_month(self, year: int, month: int) -> date | None:
        """The one such weekday of the month."""
        if self.nth == -1:
            last = monthrange(year, month)[1]
            return date(
                year, month, last - (weekday(year, month, last) - self.weekday) % 7
            )
        ahead = (self.weekday - weekday(year, month, 1)) % 7
        return date(year, month, 1 + ahead + 7 * (self.nth - 1))


def weekday(year: int, month: int, day: int) -> int:
    """The weekday of a day, 0 for Monday."""
    return date(year, month, day).weekday()


def check_weekday(number: int) -> None:
    """Raise RuleError unless the number names a weekday."""
    if not 0 <= number <= 6:
        raise RuleError("A weekday is a number from 0, Monday, to 6, Sunday.")
