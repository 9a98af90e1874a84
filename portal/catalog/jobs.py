"""Reading the account into the inventory; only workers do this.

A refresh request is claimed with a lease, the provider is read outside any
transaction, and what it said is written together with the end of the request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models.functions import Now

from portal.catalog import reading
from portal.catalog.models import RefreshQuerySet, RefreshRequest
from portal.digitalocean import client
from portal.digitalocean.errors import ProviderError, ThrottledError

log = structlog.get_logger(__name__)
Kind = RefreshRequest.Kind

BATCH = 5
LEASE_SECONDS = 120
GIVE_UP_AFTER = 5
SYNC_EVERY = timedelta(seconds=60)
KEEP = timedelta(days=2)

# People who wait come before the portal's own rounds.
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM catalog_refreshrequest
        WHERE finished_at IS NULL AND due_at <= clock_timestamp()
        ORDER BY requested_by_id IS NULL, due_at
        FOR UPDATE SKIP LOCKED LIMIT 1)
    UPDATE catalog_refreshrequest AS request
    SET attempts = attempts + 1,
        due_at = clock_timestamp() + %(lease)s * interval '1 second'
    FROM due WHERE request.id = due.id
    RETURNING request.id, request.attempts, request.kind, request.target,
              clock_timestamp()
"""


@dataclass(frozen=True)
class Claim:
    """A request this worker holds; `attempt` fences off whoever held it before."""

    pk: int
    attempt: int
    kind: str
    target: str
    read_at: datetime


def refresh_due() -> int:
    """Fulfil up to BATCH due requests; returns how many were taken."""
    for done in range(BATCH):
        claim = _claim()
        if claim is None:
            return done
        _fulfil(claim)
    return BATCH


def sync_due() -> int:
    """Ask for the whole account when the last reading is too old; 1 if it did.

    Old finished requests are swept away, so that the table stays small.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
    finished = RefreshRequest.objects.exclude(finished_at=None)
    finished.filter(finished_at__lt=now - KEEP).delete()
    if finished.filter(kind=Kind.ACCOUNT, finished_at__gt=now - SYNC_EVERY).exists():
        return 0
    _, is_new = RefreshRequest.objects.ask(Kind.ACCOUNT, requested_by=None)
    return int(is_new)


def _claim() -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"lease": LEASE_SECONDS})
        row = cursor.fetchone()
    return Claim(*row) if row else None


def _fulfil(claim: Claim) -> None:
    if claim.attempt > GIVE_UP_AFTER:
        _end(claim, error="It was tried too often without an end.")
        return
    try:
        provider = client.reader()
        if claim.kind == Kind.ACCOUNT:
            found = reading.account(provider)
        else:
            found = reading.resource(provider, claim.target)
    except ThrottledError as error:
        _postpone(claim, error)
    except ProviderError as error:
        log.warning("refresh_failed", error=type(error).__name__, refresh=claim.pk)
        _end(claim, error=str(error))
    else:
        with transaction.atomic():
            reading.store(found, claim.read_at)
            _end(claim, error="")


def _mine(claim: Claim) -> RefreshQuerySet:
    return RefreshRequest.objects.filter(
        pk=claim.pk, attempts=claim.attempt, finished_at=None
    )


def _end(claim: Claim, *, error: str) -> None:
    _mine(claim).update(
        finished_at=Now(), error=error[:300], read_at=None if error else claim.read_at
    )


def _postpone(claim: Claim, error: ThrottledError) -> None:
    """Leave it open until the provider is patient again; nobody sleeps meanwhile."""
    due_at = claim.read_at + timedelta(seconds=error.wait_seconds)
    _mine(claim).update(due_at=due_at, attempts=0, error=str(error)[:300])
