"""How a duty stands on a day, in the words and tone every page shows."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Tone = Literal["neutral", "info", "ok", "warn", "bad"]
Kind = Literal[
    "upcoming",
    "open",
    "due_today",
    "in_grace",
    "overdue",
    "done_on_time",
    "done_in_grace",
    "done_late",
    "missed",
    "skipped",
    "cancelled",
]

TONES: dict[Kind, Tone] = {
    "upcoming": "neutral",
    "open": "info",
    "due_today": "warn",
    "in_grace": "warn",
    "overdue": "bad",
    "done_on_time": "ok",
    "done_in_grace": "ok",
    "done_late": "warn",
    "missed": "bad",
    "skipped": "neutral",
    "cancelled": "neutral",
}
WORDS: dict[Kind, str] = {
    "due_today": "Due today",
    "done_on_time": "Done on time",
    "done_in_grace": "Done in grace",
    "done_late": "Done late",
    "missed": "Missed",
    "skipped": "Skipped",
    "cancelled": "Cancelled",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a duty stands; `days` is to or since the date that decides it."""

    kind: Kind
    days: int = 0

    @property
    def tone(self) -> Tone:
        """The tone of the chip that shows it."""
        return TONES[self.kind]

    @property
    def words(self) -> str:
        """The standing as one short phrase, e.g. "Overdue 2 days"."""
        match self.kind:
            case "upcoming":
                return f"Opens in {counted(self.days)}"
            case "open":
                return f"Due in {counted(self.days)}"
            case "in_grace":
                return f"In grace, {counted(self.days)} left"
            case "overdue":
                return f"Overdue {counted(self.days)}"
            case _:
                return WORDS[self.kind]

    @property
    def is_done(self) -> bool:
        """Whether the duty was completed, on time or not."""
        return self.kind.startswith("done")


def of_open(*, today: date, opens: date, due: date, grace_ends: date) -> Standing:
    """How a duty that nobody has closed stands on a local day."""
    if today < opens:
        return Standing("upcoming", (opens - today).days)
    if today < due:
        return Standing("open", (due - today).days)
    if today == due:
        return Standing("due_today")
    if today <= grace_ends:
        return Standing("in_grace", (grace_ends - today).days + 1)
    return Standing("overdue", (today - due).days)


def of_done(*, done: date, due: date, grace_ends: date) -> Standing:
    """How a duty completed on a local day is remembered."""
    if done <= due:
        return Standing("done_on_time")
    if done <= grace_ends:
        return Standing("done_in_grace", (done - due).days)
    return Standing("done_late", (done - due).days)


def counted(days: int) -> str:
    """The number with its noun."""
    return "1 day" if days == 1 else f"{days} days"
