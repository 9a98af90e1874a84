"""How a credential stands on a day, in the words and tone every page shows."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

SOON_DAYS = 14

Kind = Literal["fine", "soon", "overdue", "retired"]
TONES: dict[Kind, str] = {
    "fine": "ok",
    "soon": "warn",
    "overdue": "bad",
    "retired": "neutral",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a credential stands; ``days`` is to, or since, the day it is due."""

    kind: Kind
    days: int = 0

    @property
    def tone(self) -> str:
        """The tone of the chip that shows it."""
        return TONES[self.kind]

    @property
    def words(self) -> str:
        """One short phrase, such as "Overdue 12 days"."""
        if self.kind == "retired":
            return "Retired"
        if self.kind == "overdue":
            return f"Overdue {_counted(self.days)}"
        return f"Due in {_counted(self.days)}" if self.days else "Due today"


def of(*, due_on: date, today: date, retired: bool) -> Standing:
    """The standing of a credential on a day; due from SOON_DAYS before."""
    days = (due_on - today).days
    if retired:
        return Standing("retired")
    if days < 0:
        return Standing("overdue", -days)
    return Standing("soon" if days <= SOON_DAYS else "fine", days)


def _counted(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
