"""What the worker's own thread does at each look."""

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from portal.sweep import jobs

log = structlog.get_logger(__name__)


def tick() -> bool:
    """Sweep here if nothing has swept for OWN_TICK_AFTER seconds; says whether.

    Survives a database that is down: the next look tries again.
    """
    close_old_connections()
    try:
        age = jobs.tick_age()
        if age is not None and age < settings.OWN_TICK_AFTER:
            return False
        jobs.run()
    except DatabaseError as error:
        log.warning("own_tick_failed", error=type(error).__name__)
        connection.close()
        return False
    except Exception:
        log.exception("own_tick_failed")
        connection.close()
        return False
    log.info("own_tick_swept", last_tick_seconds=age)
    return True
