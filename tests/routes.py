"""The URLconf as a list, and the declared table of who may go where."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access import Access

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Route:
    """One pattern. ``name`` is what `reverse` takes; a pattern without a name is
    called by its text."""

    name: str
    pattern: str
    view: Callable[..., Any]


def routes() -> list[Route]:
    """Every pattern of the URLconf, django-allauth's included."""
    return list(_walk(get_resolver("portal.urls"), "", ""))


def declared() -> dict[str, Access]:
    """The ROUTES of every access.py under tests/, merged; a route declared twice is
    a mistake."""
    merged: dict[str, Access] = {}
    for path in sorted(HERE.glob("*/**/access.py")):
        dotted = ".".join(path.relative_to(HERE.parent).with_suffix("").parts)
        table = importlib.import_module(dotted).ROUTES
        twice = merged.keys() & table.keys()
        assert not twice, f"{dotted} declares again: {sorted(twice)}"
        merged |= table
    return merged


def _walk(resolver: URLResolver, before: str, names: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            space = f"{names}{entry.namespace}:" if entry.namespace else names
            yield from _walk(entry, pattern, space)
        elif isinstance(entry, URLPattern):
            name = f"{names}{entry.name}" if entry.name else pattern
            yield Route(name, pattern, entry.callback)
