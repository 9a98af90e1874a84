"""What an executor may know of a mutating call, and no more.

An operation is one call that changes something: how to see whether it may be made,
the one request, and how to see by reading what became of it. Operations hold no
state; their arguments and baselines are plain JSON.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol

from portal.digitalocean.provider import Provider, Sent

__all__ = ["Attempted", "Observation", "Operation", "Readiness", "Sent"]

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Readiness:
    """Whether the call may be made now.

    "already" means the wanted state holds and nothing is to be sent; "wait" that
    something else occupies the resource; "refuse" that it will never be right.
    `baseline` is what was seen, kept with the attempt to recognise our own effect.
    """

    verdict: Literal["ready", "already", "wait", "refuse"]
    reason: str
    baseline: dict[str, Any]


@dataclass(frozen=True)
class Attempted:
    """What is known of a request that was, or may have been, sent."""

    intent_at: datetime
    action_id: int | None
    baseline: dict[str, Any]


@dataclass(frozen=True)
class Observation:
    """What reading shows of an attempt.

    "absent" means no trace of it: believe that only when the operation's quiesce
    time has passed. `action_id` is set when the attempt's action was recognised.
    """

    verdict: Literal["done", "in_progress", "absent", "failed"]
    reason: str
    evidence: dict[str, Any]
    action_id: int | None = None


class Operation(Protocol):
    """One kind of mutating call. Times are seconds.

    `quiesce`: how long after an unknown outcome "absent" may not be believed.
    `poll`: pause between observations. `deadline`: from the first request to done.
    `disruptive`: whether the service behind the resource notices.
    """

    name: ClassVar[str]
    quiesce: ClassVar[float]
    poll: ClassVar[float]
    deadline: ClassVar[float]
    disruptive: ClassVar[bool]

    def describe(self, args: Arguments) -> str:
        """The call in plain words: "Shut down web-01"."""
        ...

    def request_line(self, args: Arguments) -> str:
        """Method, path and body exactly as they are sent."""
        ...

    def check(self, provider: Provider, args: Arguments) -> Readiness:
        """Read whether the call may be made. Raises ProviderError."""
        ...

    def send(self, provider: Provider, args: Arguments) -> Sent:
        """Send exactly one request. Raises ProviderError; in doubt UnknownOutcome."""
        ...

    def observe(
        self, provider: Provider, args: Arguments, attempted: Attempted
    ) -> Observation:
        """Read what became of an attempt, sent or doubtful. Raises ProviderError."""
        ...

    def undo(
        self, args: Arguments, baseline: dict[str, Any]
    ) -> tuple[str, Arguments] | None:
        """Name and arguments of the way back; None at a point of no return."""
        ...
