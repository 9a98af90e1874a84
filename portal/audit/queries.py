"""Reading the log, and checking its chain in the database in one statement."""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import AuditEvent

ACTORS_AT_MOST = 50

VERIFY = """
    SELECT seq,
           hash = audit_event_hash(event) AS intact,
           seq = coalesce(lag(seq) OVER chain, 0) + 1
           AND prev_hash = coalesce(lag(hash) OVER chain, repeat('0', 64)) AS linked
    FROM audit_auditevent AS event
    WINDOW chain AS (ORDER BY seq)
"""


@dataclass(frozen=True)
class Verification:
    """What a full check found: rows read, the numbers of the rows that were altered
    and of those whose predecessor is not the one they were chained to, and the head.
    """

    rows: int
    altered: list[int]
    unlinked: list[int]
    head_seq: int
    head_hash: str

    @property
    def ok(self) -> bool:
        return not self.altered and not self.unlinked


def verify(*, limit: int = 20) -> Verification:
    """Recompute every hash and link; lists at most ``limit`` faults of each sort.

    A removed tail cannot be seen from inside the chain: compare the head with one
    published earlier.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*),
                   (array_agg(seq ORDER BY seq) FILTER (WHERE NOT intact))[:%(limit)s],
                   (array_agg(seq ORDER BY seq) FILTER (WHERE NOT linked))[:%(limit)s]
            FROM ({VERIFY}) AS checked
            """,  # noqa: S608 - a constant statement, no input in it
            {"limit": limit},
        )
        rows, altered, unlinked = cursor.fetchone()
        cursor.execute(
            "SELECT seq, hash FROM audit_auditevent ORDER BY seq DESC LIMIT 1"
        )
        head = cursor.fetchone() or (0, "0" * 64)
    return Verification(rows, altered or [], unlinked or [], head[0], head[1])


def has_row(head: str) -> bool:
    """Whether the row ``SEQ:HASH`` is in the log, unchanged."""
    seq, _, digest = head.partition(":")
    if not seq.isdecimal() or len(seq) > 18:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM audit_auditevent WHERE seq = %s AND hash = %s",
            [int(seq), digest],
        )
        return cursor.fetchone() is not None


def matching(
    *,
    actor: str = "",
    action: str = "",
    target_type: str = "",
    target_id: str = "",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> QuerySet[AuditEvent]:
    """The events that fit every filter given.

    ``actor`` is part of an account's name or e-mail address, or "portal" for what
    nobody did; ``action`` is a beginning; the dates are days in the current zone, both
    included.
    """
    found = AuditEvent.objects.all()
    if actor:
        found = found.filter(_acted(actor))
    if action:
        found = found.filter(action__startswith=action)
    if target_type:
        found = found.filter(target_type=target_type)
    if target_id:
        found = found.filter(target_id=target_id)
    if since:
        found = found.filter(at__gte=_midnight(since))
    if until:
        found = found.filter(at__lt=_midnight(until + datetime.timedelta(days=1)))
    return found


def head() -> AuditEvent | None:
    """The newest row, whose hash stands for the whole log."""
    return AuditEvent.objects.order_by("-seq").first()


def _acted(text: str) -> Q:
    # Accounts are few and events are many: names are looked up among the accounts,
    # so that the index on the actor does the rest.
    named = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    people = Q(actor__in=list(named.values_list("pk", flat=True)[:ACTORS_AT_MOST]))
    return people | Q(actor=None) if text.lower() in "the portal" else people


def _midnight(day: datetime.date) -> datetime.datetime:
    zone = timezone.get_current_timezone()
    return datetime.datetime.combine(day, datetime.time.min, tzinfo=zone)
