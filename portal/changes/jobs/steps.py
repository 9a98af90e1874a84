"""The step protocol: intent before the call, one request, outcome after, then read.

A second request for a step is only legal when the attempt before it is known not to
have been applied, or was found absent by reading after its quiesce time.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from portal.changes import plans, registry
from portal.changes.jobs import ending
from portal.changes.jobs.lease import Lease
from portal.changes.models import ChangeStep, StepAttempt
from portal.digitalocean import operations
from portal.digitalocean.errors import (
    BusyError,
    GoneError,
    RefusedError,
    ThrottledError,
    UnknownOutcomeError,
    UnreachableError,
)
from portal.digitalocean.operations.protocol import Attempted, Observation, Operation
from portal.digitalocean.provider import Provider, Sent

State = ChangeStep.State
Outcome = StepAttempt.Outcome
VERIFY = plans.VERIFY

MOST_ATTEMPTS = 5
RETRY = 5.0
VERIFY_POLL = 2.0
VERIFY_DEADLINE = 300.0


def begin(lease: Lease, step: ChangeStep, provider: Provider) -> float | None:
    """Check the precondition, write the intent, send once, write the outcome."""
    operation = operations.get(step.op)
    ready = operation.check(provider, step.args)
    if ready.verdict == "already":
        _finish(lease, step, State.NOOP, ready.reason)
        return None
    if ready.verdict == "refuse":
        _fail(lease, step, ready.reason)
        return None
    if ready.verdict == "wait":
        if _seconds_since(step.started_at, step) > _scaled(operation.deadline):
            _fail(lease, step, f"Waited too long. {ready.reason}")
            return None
        return _wait(lease, step, State.PENDING, ready.reason, operation.poll)
    attempt = _intend(lease, step, ready.baseline)
    if attempt is None:
        return _unsettled(lease, step, "It was tried too often without an effect.")
    return _send(lease, step, operation, attempt, provider)


def _send(
    lease: Lease,
    step: ChangeStep,
    operation: Operation,
    attempt: StepAttempt,
    provider: Provider,
) -> float | None:
    try:
        with provider.sending(lease.guard):
            sent = operation.send(provider, step.args)
    except ThrottledError as error:
        _close(lease, step, attempt, Outcome.NOT_APPLIED, error=error)
        return error.wait_seconds / settings.CHANGES_TIME_FACTOR
    except (UnreachableError, BusyError) as error:
        _close(lease, step, attempt, Outcome.NOT_APPLIED, error=error)
        return RETRY
    except (RefusedError, GoneError) as error:
        _close(lease, step, attempt, Outcome.NOT_APPLIED, error=error)
        _fail(lease, step, str(error))
        return None
    except UnknownOutcomeError as error:
        _mark_unknown(lease, step, attempt, error)
        return operation.poll
    _accept(lease, step, attempt, sent)
    return operation.poll


def follow(lease: Lease, step: ChangeStep, provider: Provider) -> float | None:
    """Find out by reading what became of the open or accepted attempt."""
    operation = operations.get(step.op)
    attempt = step.attempts.order_by("-number").first()
    if attempt is None:
        return _wait(lease, step, State.PENDING, "", 0)
    seen = operation.observe(
        provider,
        step.args,
        Attempted(attempt.intent_at, attempt.action_id, attempt.baseline),
    )
    if seen.verdict == "done":
        _adopt(lease, step, attempt, seen)
        _finish(lease, step, State.DONE, seen.reason)
        return None
    if seen.verdict == "failed":
        _adopt(lease, step, attempt, seen)
        _fail(lease, step, seen.reason)
        return None
    if seen.verdict == "absent" and not attempt.outcome:
        return _absent(lease, step, operation, attempt, seen)
    if _seconds_since(attempt.intent_at, step) > _scaled(operation.deadline):
        return _give_up(lease, step, attempt, seen)
    if seen.verdict == "in_progress":
        _adopt(lease, step, attempt, seen)
    return operation.poll


def _give_up(
    lease: Lease, step: ChangeStep, attempt: StepAttempt, seen: Observation
) -> float | None:
    """The deadline passed. What was accepted and may fail has failed; anything else
    is unknown, and a person must look."""
    if step.may_fail and attempt.outcome:
        _fail(lease, step, seen.reason)
        return None
    return _unsettled(lease, step, f"No end in sight. {seen.reason}")


def _absent(
    lease: Lease,
    step: ChangeStep,
    operation: Operation,
    attempt: StepAttempt,
    seen: Observation,
) -> float:
    if _seconds_since(attempt.intent_at) < _scaled(operation.quiesce):
        note = "Outcome unknown: reading until it is certain whether it was applied."
        return _wait(lease, step, State.UNKNOWN, note, operation.poll)
    with lease.writing():
        StepAttempt.objects.filter(pk=attempt.pk, outcome="").update(
            outcome=Outcome.ABSENT, finished_at=Now(), evidence=seen.evidence
        )
        ChangeStep.objects.filter(pk=step.pk).update(
            state=State.PENDING, note="It was not applied; sending it again."
        )
    return 0


def verify(lease: Lease, step: ChangeStep, provider: Provider) -> float | None:
    """Read every postcondition back; waits a while for slow ones."""
    with lease.writing() as execution:
        document = execution.plan.document
    conditions = registry.get(document["kind"]).verify(document, provider)
    missing = [condition for condition in conditions if not condition.holds]
    if not missing:
        seen = "; ".join(f"{c.label}: {c.seen}" for c in conditions)
        _finish(lease, step, State.DONE, seen)
        return None
    words = "; ".join(f"{c.label}: {c.seen}" for c in missing)
    if _seconds_since(step.started_at, step) > _scaled(VERIFY_DEADLINE):
        _fail(lease, step, words)
        return None
    return _wait(lease, step, State.PENDING, words, VERIFY_POLL)


def _intend(
    lease: Lease, step: ChangeStep, baseline: dict[str, Any]
) -> StepAttempt | None:
    with lease.writing():
        number = step.attempts.count() + 1
        if _attempts_that_count(step) >= MOST_ATTEMPTS:
            return None
        attempt = StepAttempt.objects.create(
            step=step, number=number, epoch=lease.epoch, baseline=baseline
        )
        ChangeStep.objects.filter(pk=step.pk).update(state=State.INTENT, note="")
    attempt.refresh_from_db()
    return attempt


def _accept(lease: Lease, step: ChangeStep, attempt: StepAttempt, sent: Sent) -> None:
    with lease.writing():
        StepAttempt.objects.filter(pk=attempt.pk, outcome="").update(
            outcome=Outcome.ACCEPTED,
            finished_at=Now(),
            http_status=sent.http_status,
            provider_request_id=sent.request_id[:80],
            action_id=sent.action_id,
            resource_id=sent.resource_id[:80],
        )
        ChangeStep.objects.filter(pk=step.pk).update(state=State.ACKED)


def _adopt(
    lease: Lease, step: ChangeStep, attempt: StepAttempt, seen: Observation
) -> None:
    """Close an open attempt with what reading showed; a known one stays as it is."""
    if attempt.outcome:
        return
    with lease.writing():
        StepAttempt.objects.filter(pk=attempt.pk, outcome="").update(
            outcome=Outcome.ADOPTED,
            finished_at=Now(),
            action_id=seen.action_id or attempt.action_id,
            evidence=seen.evidence,
        )
        ChangeStep.objects.filter(pk=step.pk).update(
            state=State.ACKED, note="Found applied by reading."
        )


def _mark_unknown(
    lease: Lease, step: ChangeStep, attempt: StepAttempt, error: UnknownOutcomeError
) -> None:
    with lease.writing():
        StepAttempt.objects.filter(pk=attempt.pk).update(
            http_status=error.http_status,
            provider_request_id=error.request_id[:80],
            error=str(error)[:200],
        )
        ChangeStep.objects.filter(pk=step.pk).update(
            state=State.UNKNOWN, note=str(error)[:400]
        )


def _close(
    lease: Lease,
    step: ChangeStep,
    attempt: StepAttempt,
    outcome: StepAttempt.Outcome,
    *,
    error: Any,
) -> None:
    with lease.writing():
        StepAttempt.objects.filter(pk=attempt.pk, outcome="").update(
            outcome=outcome,
            finished_at=Now(),
            http_status=error.http_status,
            provider_request_id=error.request_id[:80],
            error=str(error)[:200],
        )
        ChangeStep.objects.filter(pk=step.pk).update(
            state=State.PENDING, note=str(error)[:400]
        )


def _finish(lease: Lease, step: ChangeStep, state: str, note: str) -> None:
    with lease.writing():
        ChangeStep.objects.filter(pk=step.pk).update(
            state=state, note=note[:400], finished_at=Now()
        )


def _fail(lease: Lease, step: ChangeStep, note: str) -> None:
    with lease.writing() as execution:
        ChangeStep.objects.filter(pk=step.pk).update(
            state=State.FAILED, note=note[:400], finished_at=Now()
        )
        if not step.may_fail:
            ending.turn_back(execution, note)


def _unsettled(lease: Lease, step: ChangeStep, note: str) -> float:
    with lease.writing() as execution:
        ChangeStep.objects.filter(pk=step.pk).update(note=note[:400])
        ending.set_aside(execution, note)
    return 0


def _wait(
    lease: Lease, step: ChangeStep, state: str, note: str, seconds: float
) -> float:
    if step.state != state or step.note != note:
        with lease.writing():
            ChangeStep.objects.filter(pk=step.pk).update(state=state, note=note[:400])
    return seconds


def _attempts_that_count(step: ChangeStep) -> int:
    """Attempts since a person last let the execution go on. A refusal that applied
    nothing and only asked to wait is none."""
    attempts = step.attempts.exclude(http_status=429)
    if step.execution.resumed_at is not None:
        attempts = attempts.filter(intent_at__gt=step.execution.resumed_at)
    return attempts.count()


def _seconds_since(moment: datetime | None, step: ChangeStep | None = None) -> float:
    """By the database's clock. With ``step``, not from before its execution was last
    resumed: a deadline starts anew when a person let it go on."""
    resumed = step.execution.resumed_at if step else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - greatest(%s, %s))",
            [moment, resumed],
        )
        seconds = cursor.fetchone()[0]
    return float(seconds or 0)


def _scaled(seconds: float) -> float:
    return seconds * settings.CHANGES_TIME_FACTOR
