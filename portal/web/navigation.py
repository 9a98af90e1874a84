"""What the rail and the bottom bar offer; features add their entries when ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from portal.accounts.models import User

Count = Callable[[User], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the navigation.

    ``permission`` hides it from those without; ``count`` is shown when above zero
    and costs a query on every page, so keep it to one indexed count. ``mobile``
    puts it into the bottom bar of narrow screens, under ``mobile_label`` if given.
    """

    label: str
    url_name: str
    icon: str
    order: int = 100
    permission: str | None = None
    count: Count | None = None
    mobile: bool = False
    mobile_label: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as one person sees it on one page."""

    label: str
    mobile_label: str
    url: str
    icon: str
    active: bool
    count: int
    mobile: bool


_entries: dict[str, Entry] = {}
_actions: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Add a place; the same ``url_name`` again replaces it."""
    _entries[entry.url_name] = entry


def register_action(entry: Entry) -> None:
    """Add a button to the top bar of every page, for those with its permission."""
    _actions[entry.url_name] = entry


def items(user: User, path: str) -> list[Item]:
    """The rail for this person, with the entry that holds ``path`` marked."""
    return _seen(_entries.values(), user, path)


def actions(user: User, path: str) -> list[Item]:
    """The buttons of the top bar for this person."""
    return _seen(_actions.values(), user, path)


def _seen(entries: Iterable[Entry], user: User, path: str) -> list[Item]:
    visible = sorted(
        (e for e in entries if e.permission is None or user.can(e.permission)),
        key=lambda entry: (entry.order, entry.label),
    )
    urls = {entry.url_name: reverse(entry.url_name) for entry in visible}
    active = max((u for u in urls.values() if _holds(u, path)), key=len, default="")
    return [
        Item(
            label=entry.label,
            mobile_label=entry.mobile_label or entry.label,
            url=urls[entry.url_name],
            icon=entry.icon,
            active=urls[entry.url_name] == active,
            count=entry.count(user) if entry.count else 0,
            mobile=entry.mobile,
        )
        for entry in visible
    ]


def _holds(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
