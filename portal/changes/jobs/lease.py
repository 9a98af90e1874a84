"""Owning an execution: a row lease with an epoch, judged by the database's clock."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from portal.changes.models import ChangeExecution

SEND_MARGIN = 45
"""Seconds of lease that must remain to send: connect 5 + read 30 + reserve."""

CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM changes_changeexecution
        WHERE finished_at IS NULL AND set_aside_at IS NULL
          AND run_after <= clock_timestamp()
          AND (lease_expires_at IS NULL OR lease_expires_at < clock_timestamp())
        ORDER BY run_after FOR UPDATE SKIP LOCKED LIMIT 1)
    UPDATE changes_changeexecution AS execution
    SET lease_owner = %(owner)s, lease_epoch = execution.lease_epoch + 1,
        lease_expires_at = clock_timestamp() + %(seconds)s * interval '1 second',
        unclean_claims = execution.unclean_claims + 1
    FROM due WHERE execution.id = due.id
    RETURNING execution.id, execution.lease_epoch, execution.unclean_claims
"""
RENEW = """
    UPDATE changes_changeexecution
    SET lease_expires_at = clock_timestamp() + %(seconds)s * interval '1 second'
    WHERE id = %(pk)s AND lease_epoch = %(epoch)s
      AND lease_expires_at >= clock_timestamp()
"""
RELEASE = """
    UPDATE changes_changeexecution
    SET lease_owner = NULL, lease_expires_at = NULL,
        unclean_claims = CASE WHEN %(clean)s THEN 0 ELSE unclean_claims END,
        run_after = clock_timestamp() + %(pause)s * interval '1 second'
    WHERE id = %(pk)s AND lease_epoch = %(epoch)s
"""


class LeaseLostError(Exception):
    """Another worker owns the execution now: write nothing, send nothing."""


@dataclass
class Lease:
    """This worker's right to carry out one execution, while it lasts.

    ``renewed`` is when, by this process's own clock, the lease was last known to be
    good; a process that was frozen sees that too much time has passed.
    """

    execution_id: int
    epoch: int
    unclean_claims: int
    renewed: float = field(default_factory=time.monotonic)

    def guard(self) -> None:
        """The last look before a request leaves. Renews when little time is left;
        raises LeaseLostError when the lease is gone."""
        remaining = self.renewed + settings.CHANGES_LEASE_SECONDS - time.monotonic()
        margin = min(SEND_MARGIN, settings.CHANGES_LEASE_SECONDS / 2)
        if remaining < margin:
            self.renew()

    def renew(self) -> None:
        """Extend the lease; raises LeaseLostError when it is no longer ours."""
        started = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(
                RENEW,
                {
                    "pk": self.execution_id,
                    "epoch": self.epoch,
                    "seconds": settings.CHANGES_LEASE_SECONDS,
                },
            )
            if cursor.rowcount != 1:
                raise LeaseLostError
        self.renewed = started

    @contextmanager
    def writing(self) -> Iterator[ChangeExecution]:
        """A transaction with the execution locked, fenced by the epoch."""
        with transaction.atomic():
            execution = (
                ChangeExecution.objects.select_for_update(of=("self",))
                .select_related("plan")
                .filter(pk=self.execution_id, lease_epoch=self.epoch)
                .first()
            )
            if execution is None:
                raise LeaseLostError
            yield execution

    def release(self, *, pause: float, clean: bool = True) -> None:
        """Give the execution back, to be looked at again in ``pause`` seconds."""
        with connection.cursor() as cursor:
            cursor.execute(
                RELEASE,
                {
                    "pk": self.execution_id,
                    "epoch": self.epoch,
                    "pause": pause,
                    "clean": clean,
                },
            )

    @contextmanager
    def heartbeat(self) -> Iterator[None]:
        """Keep the lease alive from a thread with its own connection."""
        stopping = threading.Event()
        thread = threading.Thread(target=self._beat, args=[stopping], daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join(timeout=5)

    def _beat(self, stopping: threading.Event) -> None:
        try:
            while not stopping.wait(settings.CHANGES_HEARTBEAT_SECONDS):
                self.renew()
        except (LeaseLostError, DatabaseError):
            # The next fenced write or guard finds out; a silent thread is enough.
            return
        finally:
            connection.close()


def claim() -> Lease | None:
    """Take the execution that is longest due, or None.

    The count of unclean claims is raised before any work, so an execution that kills
    its workers is noticed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {"owner": uuid.uuid4(), "seconds": settings.CHANGES_LEASE_SECONDS},
        )
        row = cursor.fetchone()
    return Lease(*row) if row else None
