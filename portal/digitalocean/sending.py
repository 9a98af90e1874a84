"""The last word before a change leaves the machine.

An executor that has lost its lease must not send. It wraps its call in
`sending(guard)`; the guard runs immediately before the socket, and an exception it
raises reaches the executor with nothing sent.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Guard = Callable[[], None]

_guard: ContextVar[Guard | None] = ContextVar("sending_guard", default=None)


@contextmanager
def sending(guard: Guard) -> Iterator[None]:
    """Run `guard` right before every mutating request sent inside this block."""
    token = _guard.set(guard)
    try:
        yield
    finally:
        _guard.reset(token)


def check() -> None:
    """Ask the current guard, if there is one. Called by the client's pipeline."""
    guard = _guard.get()
    if guard is not None:
        guard()
