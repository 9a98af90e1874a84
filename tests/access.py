"""The declared table of who may do what: one entry per route of the URLconf."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ROLES = ("viewer", "engineer", "approver", "auditor", "administrator")
EVERYONE = frozenset(ROLES)
NOBODY: frozenset[str] = frozenset()


def roles(*names: str) -> frozenset[str]:
    assert set(names) <= EVERYONE, names
    return frozenset(names)


@dataclass(frozen=True)
class Access:
    """Who gets in. ``get``/``post`` name the roles that are let in; None means that
    the method does not exist (405). ``kwargs`` makes the rows the URL needs and
    returns its arguments; ``data`` is what a permitted POST sends. ``public`` routes
    need no sign-in."""

    get: frozenset[str] | None = EVERYONE
    post: frozenset[str] | None = None
    kwargs: Callable[[], Mapping[str, Any]] = dict
    data: Mapping[str, Any] = field(default_factory=dict)
    public: bool = False
