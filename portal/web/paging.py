"""Keyset pages: the next page starts after the last row seen, whatever was added.

No counts and no offsets, so page 400 costs what page 1 costs. The cursor holds the
last row's sort values and is signed, so it can neither be forged nor be used on
another list.
"""

import datetime
import decimal
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

SALT = "portal.web.paging"

Row = TypeVar("Row", bound=Model)
Reader = Callable[[str], Any]

READERS: dict[str, Reader] = {
    "n": lambda _: None,
    "b": lambda text: text == "True",
    "i": int,
    "s": str,
    "t": datetime.datetime.fromisoformat,
    "d": datetime.date.fromisoformat,
    "u": uuid.UUID,
    "m": decimal.Decimal,
}
# bool before int, of which it is a subclass.
KINDS: Sequence[tuple[type, str]] = [
    (type(None), "n"),
    (bool, "b"),
    (int, "i"),
    (str, "s"),
    (uuid.UUID, "u"),
    (decimal.Decimal, "m"),
]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Up to ``size`` rows, and the cursor of the next page when there is one.

    ``refused`` says that a cursor was given and could not be used, so these are
    the first rows instead.
    """

    rows: list[Row]
    next_cursor: str | None
    size: int
    is_first: bool
    refused: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset(
    queryset: QuerySet[Row],
    *,
    order: Sequence[str],
    cursor: str | None = "",
    size: int = 25,
) -> Page[Row]:
    """The page of ``queryset`` that follows ``cursor``, in one query.

    ``order`` names fields, related lookups or annotations, each with an optional
    ``-``; the last must be unique. A cursor that is garbage, expired or from
    another list gives the first page with ``refused`` set; it never raises.
    """
    position = _read(cursor, order) if cursor else None
    ordered = queryset.order_by(*order)
    if position is not None:
        ordered = ordered.filter(_after(order, position))
    rows = list(ordered[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Page(
        rows=rows,
        next_cursor=_write(rows[-1], order) if more else None,
        size=size,
        is_first=position is None,
        refused=bool(cursor) and position is None,
    )


def _after(order: Sequence[str], position: Sequence[Any]) -> Q:
    """Rows behind ``position``; PostgreSQL sorts NULL as if it were the largest."""
    result, same = Q(), Q()
    for column, value in zip(order, position, strict=True):
        result |= same & _beyond(column, value)
        name = column.removeprefix("-")
        same &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return result


def _beyond(column: str, value: Any) -> Q:
    name = column.removeprefix("-")
    descending = column.startswith("-")
    if value is None:
        return Q(**{f"{name}__isnull": False}) if descending else Q(pk__in=[])
    if descending:
        return Q(**{f"{name}__lt": value})
    return Q(**{f"{name}__gt": value}) | Q(**{f"{name}__isnull": True})


def _write(row: Model, order: Sequence[str]) -> str:
    values = [_packed(_value(row, column.removeprefix("-"))) for column in order]
    return signing.dumps([list(order), values], salt=SALT, compress=True)


def _read(cursor: str, order: Sequence[str]) -> list[Any] | None:
    try:
        made_for, values = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, UnicodeError):
        return None
    if made_for != list(order):
        return None
    return [READERS[kind](text) for kind, text in values]


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part, None)
    return value


def _packed(value: Any) -> list[str]:
    if isinstance(value, datetime.date):
        letter = "t" if isinstance(value, datetime.datetime) else "d"
        return [letter, value.isoformat()]
    for kind, letter in KINDS:
        if isinstance(value, kind):
            return [letter, str(value)]
    message = f"A page cannot be ordered by {type(value).__name__}."
    raise TypeError(message)
