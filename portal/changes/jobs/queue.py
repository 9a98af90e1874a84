"""Taking the next due request: PostgreSQL is the queue."""

from django.conf import settings
from django.db import connection

TAKE = """
    UPDATE changes_changerequest
    SET work_after = clock_timestamp() + %(pause)s * interval '1 second'
    WHERE id = (SELECT id FROM changes_changerequest
                WHERE state = %(state)s AND work_after <= clock_timestamp()
                ORDER BY work_after FOR UPDATE SKIP LOCKED LIMIT 1)
    RETURNING id
"""
POSTPONE = """
    UPDATE changes_changerequest
    SET work_after = clock_timestamp() + %(pause)s * interval '1 second'
    WHERE id = %(pk)s
"""


def take(state: str, *, pause: float) -> int | None:
    """The id of the longest due request in ``state``, or None.

    Its next turn is moved ``pause`` seconds away before the work begins, so a crash
    costs one pause and two workers never take the same one.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"state": state, "pause": _scaled(pause)})
        row = cursor.fetchone()
    return int(row[0]) if row else None


def postpone(pk: int, *, pause: float) -> None:
    """Look at this request again in ``pause`` seconds."""
    with connection.cursor() as cursor:
        cursor.execute(POSTPONE, {"pk": pk, "pause": _scaled(pause)})


def _scaled(seconds: float) -> float:
    return seconds * settings.CHANGES_TIME_FACTOR
