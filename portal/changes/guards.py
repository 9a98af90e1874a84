"""Reasons not to start an approved change yet: features register theirs.

Maintenance windows, freezes and open incidents are other apps' business; the engine
asks, right before it starts something, and holds the request while any guard objects.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.changes.models import ChangeHold, ChangeRequest


@dataclass(frozen=True)
class Objection:
    """Why a request may not start now, in words for its page."""

    reason: ChangeHold.Reason
    detail: str


Guard = Callable[[ChangeRequest], Objection | None]
_guards: dict[str, Guard] = {}


def register(name: str, guard: Guard) -> None:
    """Add a guard; it runs inside the dispatching transaction and must only read."""
    _guards[name] = guard


def objections(request: ChangeRequest) -> list[Objection]:
    """Everything that speaks against starting this request now."""
    found = (guard(request) for guard in _guards.values())
    return [objection for objection in found if objection is not None]
