"""The bell in the top bar: how many notices are unread, and where they are."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from portal.accounts.models import User

Count = Callable[[User], int]


@dataclass(frozen=True, slots=True)
class Bell:
    """What the top bar shows: the number of unread notices and their page."""

    count: int
    url: str


_registered: list[tuple[str, Count]] = []


def register(url_name: str, count: Count) -> None:
    """Name the page of notices and how to count a person's unread ones.

    There is one bell; the last registration wins.
    """
    _registered[:] = [(url_name, count)]


def ring(user: User) -> Bell | None:
    """The bell as this person sees it, or None while no app keeps notices."""
    if not _registered:
        return None
    url_name, count = _registered[0]
    return Bell(count=count(user), url=reverse(url_name))
