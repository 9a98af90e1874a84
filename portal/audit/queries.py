"""Checking the chain, in the database, in one statement."""

from dataclasses import dataclass

from django.db import connection

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
