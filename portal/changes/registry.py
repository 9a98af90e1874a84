"""The kinds of change the engine can carry out. Features register theirs; the engine
knows nothing of any of them but this protocol."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from portal.changes.plans import Draft
from portal.digitalocean.provider import Provider


class PlanError(Exception):
    """The change cannot be planned; ``str(error)`` tells the requester why."""


class UnknownKindError(LookupError):
    """No feature has registered this kind."""


@dataclass(frozen=True)
class Postcondition:
    """One thing that must be true afterwards, and what was seen."""

    label: str
    holds: bool
    seen: str


class ChangeKind(Protocol):
    """One kind of change. ``params`` is the frozen JSON of a request."""

    key: ClassVar[str]
    label: ClassVar[str]
    form: ClassVar[str]
    """The name of the route whose form asks for such a change."""

    def draft(self, params: dict[str, Any], provider: Provider) -> Draft:
        """Read live state and propose the steps. Raises PlanError when it cannot be
        done, ProviderError when the provider does not answer."""
        ...

    def verify(self, params: dict[str, Any], provider: Provider) -> list[Postcondition]:
        """Read the postconditions back. Raises ProviderError."""
        ...


_kinds: dict[str, ChangeKind] = {}


def register(kind: ChangeKind) -> None:
    """Teach the engine a kind; the same key again replaces it."""
    _kinds[kind.key] = kind


def get(key: str) -> ChangeKind:
    """The kind with this key; raises UnknownKindError."""
    try:
        return _kinds[key]
    except KeyError:
        message = f"No feature knows the change kind {key!r}."
        raise UnknownKindError(message) from None


def kinds() -> list[ChangeKind]:
    """Every registered kind, by label."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)
