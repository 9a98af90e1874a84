"""The whole account as one function: request in, response out."""

import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock

from portal.digitalocean.simulator import routes
from portal.digitalocean.simulator.faults import Fault, FaultBoard, FaultKind
from portal.digitalocean.simulator.http import (
    RefusalError,
    Request,
    Response,
    refusal,
)
from portal.digitalocean.simulator.store import Effect, Store
from portal.digitalocean.simulator.world import World

ACTION_SECONDS = 6.0
HOUR = 3600
HOURLY_LIMIT = 5000
STATE_FILE = "account.sqlite3"


class Machine:
    """A simulated account. Safe to call from many threads.

    `state` is the directory that keeps it over a restart (None: memory only),
    `action_seconds` the base duration of an action, `clock` unix seconds.
    """

    def __init__(
        self,
        state: Path | None = None,
        *,
        action_seconds: float = ACTION_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if state is not None:
            state.mkdir(parents=True, exist_ok=True)
        self._store = Store(None if state is None else state / STATE_FILE)
        self._world = World(self._store, clock, action_seconds)
        self._board = FaultBoard()
        self._clock = clock
        self._lock = Lock()
        self._recent: deque[float] = deque(maxlen=HOURLY_LIMIT)

    def handle(self, request: Request) -> Response:
        """Answer one request. Delays and drops are marked, not performed."""
        with self._lock:
            response = self._respond(request)
            headers = {**response.headers, **self._rate_headers()}
        return replace(response, headers=headers)

    def ledger(self) -> list[Effect]:
        """What was really applied, in order."""
        with self._lock:
            return self._store.effects()

    def add_fault(self, fault: Fault) -> None:
        with self._lock:
            self._board.add(fault)

    def faults(self) -> list[Fault]:
        """The faults that will still fire."""
        with self._lock:
            return list(self._board)

    def clear_faults(self) -> None:
        with self._lock:
            self._board.clear()

    def reset(self) -> None:
        """A new account: seed state, empty ledger, no faults."""
        with self._lock:
            self._board.clear()
            self._world.reset()

    def set_demand(self, droplet_id: int, demand: float) -> None:
        """Make a droplet's work ask for `demand` cores from now on."""
        with self._lock:
            self._world.set_demand(droplet_id, demand)

    def close(self) -> None:
        with self._lock:
            self._store.close()

    def _respond(self, request: Request) -> Response:
        if not _is_authorized(request):
            return refusal(401, "Unable to authenticate you.")
        faults = self._board.take(request.method, request.path)
        for fault in faults:
            if fault.kind in REFUSALS:
                return REFUSALS[fault.kind](fault)
        self._world.settle()
        try:
            response = routes.dispatch(request, self._world, faults)
        except RefusalError as error:
            response = refusal(error.status, error.message)
        for fault in faults:
            response = _spoil(response, fault)
        return response

    def _rate_headers(self) -> dict[str, str]:
        now = self._clock()
        self._recent.append(now)
        while self._recent[0] < now - HOUR:
            self._recent.popleft()
        return {
            "ratelimit-limit": str(HOURLY_LIMIT),
            "ratelimit-remaining": str(HOURLY_LIMIT - len(self._recent)),
            "ratelimit-reset": str(int(self._recent[0]) + HOUR),
            "x-request-id": str(uuid.uuid4()),
        }


def _is_authorized(request: Request) -> bool:
    """Only made-up tokens open a made-up account."""
    return request.headers.get("authorization", "").startswith("Bearer simulated-")


def _throttled(fault: Fault) -> Response:
    response = refusal(429, "API rate limit exceeded.")
    if fault.seconds is None:
        return response
    wait = {"retry-after": f"{fault.seconds:.0f}"}
    return replace(response, headers={**response.headers, **wait})


REFUSALS: dict[FaultKind, Callable[[Fault], Response]] = {
    FaultKind.THROTTLED: _throttled,
    FaultKind.ERROR_BEFORE: lambda _: refusal(500, "Server was unable to respond."),
    FaultKind.DROP_BEFORE: lambda _: Response(status=0, dropped=True),
    FaultKind.HANG_BEFORE: lambda _: Response(status=0, hangs=True),
    FaultKind.PENDING_EVENT: lambda _: refusal(
        422, "Droplet already has a pending event."
    ),
    FaultKind.UNAUTHORIZED: lambda _: refusal(401, "Unable to authenticate you."),
    FaultKind.FORBIDDEN: lambda _: refusal(
        403, "You are not authorized to perform this operation."
    ),
}


def _spoil(response: Response, fault: Fault) -> Response:
    match fault.kind:
        case FaultKind.ERROR_AFTER:
            return refusal(500, "Server was unable to respond.")
        case FaultKind.DROP_AFTER:
            return replace(response, dropped=True)
        case FaultKind.HANG:
            return replace(response, hangs=True)
        case FaultKind.SLOW:
            return replace(response, delay=fault.seconds or 1.0)
        case FaultKind.MALFORMED:
            return replace(response, body=b'{"action": {"id": 19')
        case FaultKind.ODD_STATUS:
            return replace(response, status=206)
        case _:
            return response
