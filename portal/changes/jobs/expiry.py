"""Requests and approvals do not wait for ever."""

from django.db import connection, transaction

from portal.changes import transitions
from portal.changes.models import ChangeRequest

State = ChangeRequest.State

LAPSED = """
    SELECT id FROM changes_changerequest
    WHERE (state IN ('pending', 'stale') AND expires_at < clock_timestamp())
       OR (state = 'approved' AND approved_until < clock_timestamp())
    LIMIT 100
"""


def expire_due() -> int:
    """Expire what was not decided, or not started, in time; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(LAPSED)
        lapsed = [row[0] for row in cursor.fetchall()]
    return sum(_expire(pk) for pk in lapsed)


@transaction.atomic
def _expire(pk: int) -> int:
    request = transitions.lock(pk)
    if request.state not in {State.PENDING, State.STALE, State.APPROVED}:
        return 0
    used = request.state == State.APPROVED
    note = "The approval was not used in time." if used else "Nobody decided in time."
    transitions.move(request, State.EXPIRED, actor=None, note=note)
    return 1
