"""How an execution ends: well, by going back, or in front of a person."""

from collections.abc import Iterator

from django.db.models.functions import Now

from portal.accounts.models import User
from portal.catalog.models import RefreshRequest
from portal.changes import transitions
from portal.changes.models import (
    ChangeExecution,
    ChangeRequest,
    ChangeStep,
    StepAttempt,
)
from portal.digitalocean import operations
from portal.notify.services import announce

State = ChangeRequest.State
StepState = ChangeStep.State
Phase = ChangeStep.Phase


def succeed_or_roll_back(execution: ChangeExecution) -> None:
    """Every step is finished: conclude the way the execution went."""
    request = transitions.lock(execution.request_id)
    if request.state == State.COMPENSATING:
        failed = execution.steps.filter(phase=Phase.BACK, state=StepState.FAILED)
        note = request.state_note
        if failed.exists():
            set_aside(execution, f"The way back failed in part. {note}")
        else:
            _conclude(execution, request, State.ROLLED_BACK, note)
        return
    transitions.move(request, State.VERIFYING, actor=None)
    _conclude(execution, request, State.SUCCEEDED, "")


def turn_back(execution: ChangeExecution, note: str) -> None:
    """A step definitely failed. With nothing applied the request fails; otherwise
    the way back runs: the inverse of every applied step, the last one first. When a
    step of the way back fails, the later ones still run (a machine that was switched
    off is switched on again), and then a person must look."""
    request = transitions.lock(execution.request_id)
    if request.state == State.COMPENSATING:
        return
    unfinished = execution.steps.exclude(state__in=ChangeStep.FINISHED)
    unfinished.update(state=StepState.SKIPPED, finished_at=Now())
    back = list(_way_back(execution))
    if not back:
        _conclude(execution, request, State.FAILED, note)
        return
    ChangeStep.objects.bulk_create(back)
    transitions.move(request, State.COMPENSATING, actor=None, note=note)
    _tell(request, "failed and is going back", note)


def set_aside(execution: ChangeExecution, note: str) -> None:
    """Stop and ask for a person: claims stay, nothing is sent any more."""
    request = transitions.lock(execution.request_id)
    ChangeExecution.objects.filter(pk=execution.pk).update(set_aside_at=Now())
    transitions.move(request, State.NEEDS_ATTENTION, actor=None, note=note)
    _tell(request, "needs attention", note)


def _way_back(execution: ChangeExecution) -> Iterator[ChangeStep]:
    applied = (
        execution.steps.filter(
            phase=Phase.FORWARD, attempts__outcome__in=StepAttempt.APPLIED
        )
        .order_by("-seq")
        .distinct()
    )
    number = execution.steps.count()
    for step in applied:
        first = step.attempts.order_by("number").first()
        baseline = first.baseline if first else {}
        undo = operations.get(step.op).undo(step.args, baseline)
        if undo is None:
            continue
        number += 1
        name, args = undo
        operation = operations.get(name)
        yield ChangeStep(
            execution=execution,
            seq=number,
            phase=Phase.BACK,
            op=name,
            args=args,
            title=operation.describe(args),
            request_line=operation.request_line(args)[:400],
            disruptive=operation.disruptive,
        )


def _conclude(
    execution: ChangeExecution, request: ChangeRequest, state: State, note: str
) -> None:
    ChangeExecution.objects.filter(pk=execution.pk).update(finished_at=Now())
    for claim in execution.claims.select_related("resource"):
        RefreshRequest.objects.ask("resource", claim.resource.urn, requested_by=None)
    execution.claims.filter(released_at=None).update(released_at=Now())
    transitions.move(request, state, actor=None, note=note)
    _tell(request, state.label.lower(), note)


def _tell(request: ChangeRequest, what: str, note: str) -> None:
    deciders = User.objects.filter(
        pk__in=request.decisions.filter(voided_at=None).values("account")
    )
    announce(
        key=f"change:{request.pk}:{request.version}:{request.state}",
        to=[request.requester, *deciders],
        subject=f"{request.number} {what}: {request.title}",
        body=note,
        link=request.get_absolute_url(),
    )
