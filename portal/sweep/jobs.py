"""One tick: run what is due, remember that we looked."""

import uuid

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
    RETURNING name
"""
AGE = """
    SELECT extract(epoch FROM clock_timestamp() - started_at)
    FROM sweep_sweepitem WHERE name = %s
"""


def run() -> int:
    """Run every registered item that is due; returns how many things were done.

    One failing item never stops the others; its error is kept on its row.
    """
    context.origin.set("worker")
    context.request_id.set(f"tick-{uuid.uuid4().hex[:12]}")
    _claim(TICK, 0)
    return sum(_run(item) for item in registry.items())


def tick_age() -> float | None:
    """Seconds since anything last swept, by the database's clock; None if never."""
    with connection.cursor() as cursor:
        cursor.execute(AGE, [TICK])
        row = cursor.fetchone()
    return float(row[0]) if row and row[0] is not None else None


def _run(item: registry.Item) -> int:
    if not _claim(item.name, item.every):
        return 0
    try:
        worked = item.function()
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("sweep_item_failed", item=item.name)
        _finish(item.name, 0, type(error).__name__)
        return 0
    if worked or item.every:
        _finish(item.name, worked, "")
    return worked


def _claim(name: str, every: float) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"name": name, "every": every})
        return cursor.fetchone() is not None


def _finish(name: str, worked: int, error: str) -> None:
    from_now = SweepItem.objects.filter(name=name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    if error:
        from_now.update(finished_at=now, error=error, failed_at=now)
    else:
        from_now.update(finished_at=now, worked=worked, error="")
