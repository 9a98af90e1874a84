"""What a tick does. Features register their due work in ``AppConfig.ready``."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """``function`` does a bounded amount of due work and returns how many things it
    did; it runs at most once per ``every`` seconds over all workers. With ``every`` 0
    each tick runs it, in several workers at once: it must claim its rows itself."""

    name: str
    function: Callable[[], int]
    every: float


_items: dict[str, Item] = {}


def register(name: str, function: Callable[[], int], *, every: float) -> None:
    """Add a piece of work; a second registration of a name replaces the first."""
    _items[name] = Item(name, function, every)


def items() -> list[Item]:
    return list(_items.values())
