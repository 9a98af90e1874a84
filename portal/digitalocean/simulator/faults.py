"""Switches that make the account misbehave, a counted number of times."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any


class FaultKind(StrEnum):
    """What goes wrong with a matching request."""

    THROTTLED = "throttled"  # 429, with retry-after when `seconds` is given
    ERROR_BEFORE = "error_before"  # 500, nothing applied
    ERROR_AFTER = "error_after"  # applied, then 500
    DROP_BEFORE = "drop_before"  # connection closed, nothing applied
    DROP_AFTER = "drop_after"  # applied, then the connection is closed
    HANG_BEFORE = "hang_before"  # nothing applied, never answers
    HANG = "hang"  # applied, never answers
    SLOW = "slow"  # answers after `seconds`
    MALFORMED = "malformed"  # applied, then a body that is not JSON
    ODD_STATUS = "odd_status"  # applied, then a 2xx nobody documented
    PENDING_EVENT = "pending_event"  # 422, another action is running
    UNAUTHORIZED = "unauthorized"  # 401
    FORBIDDEN = "forbidden"  # 403
    HIDDEN = "hidden"  # the new action cannot be read for `seconds`
    ACTION_ERRORED = "action_errored"  # accepted, then the action fails
    SHUTDOWN_IGNORED = "shutdown_ignored"  # the action completes, the droplet runs on


# Faults that end the request before the account changes; the others go along.
REFUSING = frozenset(
    {
        FaultKind.THROTTLED,
        FaultKind.ERROR_BEFORE,
        FaultKind.DROP_BEFORE,
        FaultKind.HANG_BEFORE,
        FaultKind.PENDING_EVENT,
        FaultKind.UNAUTHORIZED,
        FaultKind.FORBIDDEN,
    }
)


@dataclass
class Fault:
    """One switch: a kind, the requests it matches, and how often it still fires.

    `path` is a shell pattern such as "/v2/droplets/*/actions".
    """

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    times: int = 1
    seconds: float | None = None

    def matches(self, method: str, path: str) -> bool:
        return (
            self.times > 0
            and self.method in {"*", method}
            and fnmatchcase(path, self.path)
        )

    def document(self) -> dict[str, Any]:
        return asdict(self)


def parse(document: dict[str, Any]) -> Fault:
    """A fault from JSON; raises ValueError with a sentence when it makes no sense."""
    unknown = set(document) - {"kind", "method", "path", "times", "seconds"}
    if unknown:
        raise ValueError(f"A fault has no field {sorted(unknown)[0]!r}.")
    seconds = document.get("seconds")
    return Fault(
        kind=FaultKind(document.get("kind", "")),
        method=str(document.get("method", "*")).upper(),
        path=str(document.get("path", "*")),
        times=int(document.get("times", 1)),
        seconds=None if seconds is None else float(seconds),
    )


class FaultBoard:
    """The faults that are switched on, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter([fault for fault in self._faults if fault.times > 0])

    def take(self, method: str, path: str) -> list[Fault]:
        """The faults of this request, each used once.

        A refusing fault ends the request, so it is taken alone and the others keep
        their count.
        """
        matching = [fault for fault in self._faults if fault.matches(method, path)]
        refusing = [fault for fault in matching if fault.kind in REFUSING][:1]
        taken = refusing or matching
        for fault in taken:
            fault.times -= 1
        return taken
