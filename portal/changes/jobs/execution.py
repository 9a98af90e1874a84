"""Carrying out an execution, one slice at a time, without ever sleeping."""

import structlog
from django.conf import settings
from django.db.models.functions import Now

from portal.changes.jobs import ending, steps
from portal.changes.jobs.lease import Lease, LeaseLostError, claim
from portal.changes.models import ChangeExecution, ChangeRequest, ChangeStep
from portal.digitalocean import client
from portal.digitalocean.errors import ProviderError
from portal.digitalocean.provider import Provider

log = structlog.get_logger(__name__)
State = ChangeRequest.State
StepState = ChangeStep.State

BATCH = 10
POISON = 5
PROVIDER_PAUSE = 5
CRASH_PAUSE = 10


def execute_due() -> int:
    """Advance up to BATCH executions that are due; returns how many were claimed."""
    for done in range(BATCH):
        lease = claim()
        if lease is None:
            return done
        _advance(lease)
    return BATCH


def _advance(lease: Lease) -> None:
    """One slice: as many steps as need no waiting, then a clean release.

    An exception releases with a pause but leaves the claim counted as unclean: after
    POISON of them in a row a person must look.
    """
    if lease.unclean_claims > POISON:
        with lease.writing() as execution:
            ending.set_aside(execution, "It crashed its worker five times in a row.")
        return
    try:
        with lease.heartbeat():
            pause = _slice(lease)
    except LeaseLostError:
        log.warning("lease_lost", execution=lease.execution_id, epoch=lease.epoch)
    except ProviderError as error:
        log.warning(
            "execution_waits",
            execution=lease.execution_id,
            error=type(error).__name__,
        )
        lease.release(pause=PROVIDER_PAUSE * settings.CHANGES_TIME_FACTOR)
    except Exception:
        log.exception("execution_slice_failed", execution=lease.execution_id)
        lease.release(pause=CRASH_PAUSE * settings.CHANGES_TIME_FACTOR, clean=False)
    else:
        lease.release(pause=pause)


def _slice(lease: Lease) -> float:
    """Run steps until one must wait; returns the seconds to wait."""
    provider = client.writer()
    while True:
        step = _next_step(lease)
        if step is None:
            with lease.writing() as execution:
                ending.succeed_or_roll_back(execution)
            return 0
        pause = _run_step(lease, step, provider)
        if pause is not None:
            return pause * settings.CHANGES_TIME_FACTOR


def _next_step(lease: Lease) -> ChangeStep | None:
    with lease.writing() as execution:
        _insist_on_running(execution)
        step = (
            execution.steps.select_related("execution")
            .exclude(state__in=ChangeStep.FINISHED)
            .order_by("seq")
            .first()
        )
        if step is not None and step.started_at is None:
            ChangeStep.objects.filter(pk=step.pk).update(started_at=Now())
            step.refresh_from_db()
        return step


def _insist_on_running(execution: ChangeExecution) -> None:
    state = execution.request.state
    if state not in {State.RUNNING, State.VERIFYING, State.COMPENSATING}:
        raise LeaseLostError


def _run_step(lease: Lease, step: ChangeStep, provider: Provider) -> float | None:
    """Advance one step. None: it is finished, go on; else seconds to wait."""
    if step.op == steps.VERIFY:
        return steps.verify(lease, step, provider)
    if step.state == StepState.PENDING:
        return steps.begin(lease, step, provider)
    return steps.follow(lease, step, provider)
