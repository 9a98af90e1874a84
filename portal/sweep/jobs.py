"""One tick: run what is due, remember that we looked."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import DatabaseError, connection

from portal import context
from portal.sweep import registry
from portal.sweep.models import SweepItem

log = structlog.get_logger(__name__)

TICK = "tick"

CLAIM = """
    INSERT INTO sweep_sweepitem
        (name, due_at, started_at, worked, error)
    VALUES (%(name)s, clock_timestamp() + %(every)s * interval '1 second',
            clock_timestamp(), 0, '')
    ON CONFLICT (name) DO UPDATE
    SET due_at = excluded.due_at, started_at = excluded.started_at
    WHERE sweep_sweepitem.due_at <= clock_timestamp()
    RETURNING started_at
"""
LAST = """
    SELECT started_at, extract(epoch FROM clock_timestamp() - started_at)
    FROM sweep_sweepitem WHERE name = %s AND started_at IS NOT NULL
"""


@dataclass(frozen=True)
class Tick:
    """When something last swept, and how many seconds ago, by the database's clock."""

    at: datetime
    age: float


def run() -> int:
    """Run every registered item that is due; returns how many things were done.

    One failing item never stops the others; its error is kept on its row.
    """
    begin()
    return work()


def begin() -> datetime | None:
    """Remember that somebody looks now; returns that moment."""
    context.origin.set("worker")
    context.request_id.set(f"tick-{uuid.uuid4().hex[:12]}")
    return _claim(TICK, 0)


def work() -> int:
    """What `run` does after `begin`."""
    return sum(_run(item) for item in registry.items())


def last_tick() -> Tick | None:
    """The last time anything swept, or None."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, [TICK])
        row = cursor.fetchone()
    return Tick(row[0], float(row[1])) if row else None


def tick_age() -> float | None:
    """Seconds since anything last swept; None if never."""
    last = last_tick()
    return last.age if last else None


def _run(item: registry.Item) -> int:
    if not _claim(item.name, item.every):
        return 0
    try:
        worked = item.function()
    except Exception as error:
        if isinstance(error, DatabaseError) and not connection.is_usable():
            raise
        log.exception("sweep_item_failed", item=item.name)
        _finish(item.name, 0, type(error).__name__)
        return 0
    if worked or item.every:
        _finish(item.name, worked, "")
    return worked


def _claim(name: str, every: float) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"name": name, "every": every})
        row = cursor.fetchone()
    return row[0] if row else None


def _finish(name: str, worked: int, error: str) -> None:
    from_now = SweepItem.objects.filter(name=name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    if error:
        from_now.update(finished_at=now, error=error, failed_at=now)
    else:
        from_now.update(finished_at=now, worked=worked, error="")
