"""How the portal itself is doing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from portal.sweep import jobs, registry
from portal.sweep.models import SweepItem

TICK_LATE_SECONDS = 15


@dataclass(frozen=True)
class Work:
    """One recurring piece of work: when it last ended well, and whether it failed."""

    name: str
    every: float
    finished_at: datetime | None
    failed_at: datetime | None
    error: str

    @property
    def state(self) -> tuple[str, str]:
        """A word and a tone."""
        if self.error:
            return "Failing", "bad"
        if self.finished_at is None:
            return ("Idle", "neutral") if not self.every else ("Not yet run", "warn")
        return "Fine", "ok"


@dataclass(frozen=True)
class Health:
    """What the status page shows. ``tick_age`` is in seconds, None before any tick."""

    database: str
    tick_age: float | None
    works: list[Work]

    @property
    def tick_is_late(self) -> bool:
        return self.tick_age is None or self.tick_age > TICK_LATE_SECONDS

    @property
    def failing(self) -> int:
        return sum(1 for work in self.works if work.error)


def health() -> Health:
    """Reads the tick's rows and the server's version, in three queries."""
    rows = {row.name: row for row in SweepItem.objects.all()}
    works = [
        _work(item, rows.get(item.name))
        for item in sorted(registry.items(), key=lambda item: item.name)
    ]
    return Health(_database(), jobs.tick_age(), works)


def _work(item: registry.Item, row: SweepItem | None) -> Work:
    return Work(
        name=item.name,
        every=item.every,
        finished_at=row.finished_at if row else None,
        failed_at=row.failed_at if row else None,
        error=row.error if row else "",
    )


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
