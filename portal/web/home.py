"""What needs a person now: features add the sections of the start page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class HomeRow:
    """One thing that needs the person.

    ``action`` is the words of the one link that deals with it; ``tone`` is one of
    neutral, info, ok, warn, bad, freeze. ``since`` is when it began to need them.
    """

    title: str
    url: str
    detail: str = ""
    since: datetime | None = None
    action: str = "Open"
    tone: str = "neutral"


Rows = Callable[[User], Sequence[HomeRow]]


@dataclass(frozen=True, slots=True)
class Section:
    """One list on the start page, shown only when it has rows and the person holds
    ``permission``. ``rows`` returns a bounded number, most urgent first."""

    key: str
    title: str
    order: int
    rows: Rows
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A section with its rows, as one person sees it."""

    section: Section
    rows: Sequence[HomeRow]


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section; the same ``key`` again replaces it."""
    _sections[section.key] = section


def sections(user: User) -> list[Filled]:
    """The sections that have something for this person, in order."""
    wanted = sorted(_sections.values(), key=lambda s: (s.order, s.title))
    filled = (
        Filled(section, section.rows(user))
        for section in wanted
        if section.permission is None or user.can(section.permission)
    )
    return [entry for entry in filled if entry.rows]
