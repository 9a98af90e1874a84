"""What the worker's own thread does at each look."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from portal.sweep import jobs

log = structlog.get_logger(__name__)


class Watch:
    """One worker's own look at the tick.

    It begins when nothing has swept for OWN_TICK_AFTER seconds, and goes on at every
    look until somebody else sweeps again: without beat or Redis the work is slower
    by seconds, not by that time at every step.
    """

    def __init__(self) -> None:
        self.mine: datetime | None = None

    def tick(self) -> bool:
        """Sweep here if nobody else does; says whether. Survives a database that is
        down: the next look tries again."""
        close_old_connections()
        try:
            return self._tick()
        except DatabaseError as error:
            log.warning("own_tick_failed", error=type(error).__name__)
        except Exception:
            log.exception("own_tick_failed")
        connection.close()
        return False

    def _tick(self) -> bool:
        last = jobs.last_tick()
        if last and last.age < settings.OWN_TICK_AFTER and last.at != self.mine:
            self.mine = None
            return False
        if self.mine is None:
            log.warning("own_tick_begins", last_tick_seconds=last and last.age)
        self.mine = jobs.begin()
        jobs.work()
        return True
