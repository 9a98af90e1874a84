"""Search over everything a person may see: features add the places to look."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.accounts.models import User

SHORTEST = 2
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: what it is called, where it is, a few words about it."""

    title: str
    url: str
    detail: str = ""


Find = Callable[[User, str], list[Hit]]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that can be found. ``find`` gets the person and a text
    without NUL, of 2 to 100 characters, and returns at most ten hits."""

    label: str
    find: Find
    order: int = 100


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one source."""

    label: str
    hits: list[Hit]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a place to look; the same ``label`` again replaces it."""
    _sources[source.label] = source


def find(user: User, text: str) -> list[Group]:
    """What this person may see that matches; empty for a text too short."""
    text = text.replace("\x00", "").strip()[:LONGEST]
    if len(text) < SHORTEST:
        return []
    sources = sorted(_sources.values(), key=lambda s: (s.order, s.label))
    groups = (Group(source.label, source.find(user, text)) for source in sources)
    return [group for group in groups if group.hits]
