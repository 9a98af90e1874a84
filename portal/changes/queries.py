"""What the pages of a request show, read in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.catalog.models import Resource
from portal.changes import permissions, plans, policy
from portal.changes.models import (
    ChangeDecision,
    ChangeExecution,
    ChangeHold,
    ChangeRequest,
    ChangeStep,
)

State = ChangeRequest.State
StepState = ChangeStep.State

ICONS = {
    StepState.PENDING: ("circle-dashed", ""),
    StepState.INTENT: ("loader-circle", "info"),
    StepState.ACKED: ("loader-circle", "info"),
    StepState.UNKNOWN: ("circle-help", "warn"),
    StepState.DONE: ("circle-check", "ok"),
    StepState.NOOP: ("circle-check", "ok"),
    StepState.FAILED: ("circle-x", "bad"),
    StepState.SKIPPED: ("circle-slash", ""),
}
STORY = 100


@dataclass(frozen=True)
class StepRow:
    """One step as the live view shows it."""

    title: str
    request_line: str
    state: str
    label: str
    icon: str
    tone: str
    note: str
    elapsed: timedelta | None
    action_id: int | None
    attempts: int
    is_back: bool
    is_current: bool


@dataclass(frozen=True)
class Progress:
    """The steps of the latest execution, and how many are finished."""

    rows: Sequence[StepRow]
    done: int
    total: int


@dataclass(frozen=True)
class Rights:
    """What this person may do with this request now; ``decided`` says that their
    decision on the current plan already stands."""

    decide: bool
    decided: bool
    own: bool
    withdraw: bool
    plan_again: bool
    resume: bool


def progress(request: ChangeRequest) -> Progress:
    """Two queries, or one when it never started."""
    execution = (
        ChangeExecution.objects.filter(request=request).order_by("-started_at").first()
    )
    if execution is None:
        return Progress([], 0, 0)
    steps = list(execution.steps.prefetch_related("attempts"))
    now = timezone.now()
    current = next((step for step in steps if not step.is_finished), None)
    is_stopped = request.state == State.NEEDS_ATTENTION
    rows = [
        _row(step, now, is_current=step is current, is_stopped=is_stopped)
        for step in steps
    ]
    return Progress(rows, sum(step.is_finished for step in steps), len(steps))


def _row(
    step: ChangeStep, now: datetime, *, is_current: bool, is_stopped: bool
) -> StepRow:
    icon, tone = ICONS[StepState(step.state)]
    attempts = sorted(step.attempts.all(), key=lambda attempt: attempt.number)
    last = attempts[-1] if attempts else None
    if is_current and step.state == StepState.PENDING and step.started_at:
        icon, tone = "loader-circle", "info"
    if is_current and is_stopped:
        icon, tone = "circle-pause", "warn"
    return StepRow(
        title=step.title,
        request_line=step.request_line,
        state=step.state,
        label=StepState(step.state).label,
        icon=icon,
        tone=tone,
        note=step.note,
        elapsed=(step.finished_at or now) - step.started_at
        if step.started_at
        else None,
        action_id=last.action_id if last else None,
        attempts=len(attempts),
        is_back=step.phase == ChangeStep.Phase.BACK,
        is_current=is_current,
    )


def story(request: ChangeRequest) -> list[AuditEvent]:
    """What happened to the request, oldest first, at most STORY events."""
    events = AuditEvent.objects.filter(
        target_type=request._meta.label_lower, target_id=str(request.pk)
    )
    return list(events.order_by("seq")[:STORY])


def decisions(request: ChangeRequest) -> list[ChangeDecision]:
    return list(request.decisions.select_related("account").order_by("decided_at"))


def open_holds(request: ChangeRequest) -> list[ChangeHold]:
    return list(request.holds.filter(lifted_at=None).order_by("since"))


def resources(request: ChangeRequest) -> list[Resource]:
    """The inventory rows of what the current plan touches."""
    if request.current_plan is None:
        return []
    urns = [target["urn"] for target in request.current_plan.document["targets"]]
    return list(Resource.objects.filter(urn__in=urns))


def others(request: ChangeRequest) -> list[ChangeRequest]:
    """Other open requests that would touch the same resources, at most ten."""
    plan = request.current_plan
    if plan is None or not request.is_open:
        return []
    same = Q()
    for target in plan.document["targets"]:
        same |= Q(current_plan__document__targets__contains=[{"urn": target["urn"]}])
    found = ChangeRequest.objects.open().filter(same).exclude(pk=request.pk)
    return list(found.order_by("pk")[:10])


def rights(request: ChangeRequest, user: User) -> Rights:
    """What the person may do in the request's present state."""
    pending = request.state == State.PENDING
    own = permissions.is_own(user, request)
    decided = (
        pending
        and request.decisions.filter(
            person=user.person_id,
            voided_at=None,
            plan_hash=F("request__current_plan__plan_hash"),
        ).exists()
    )
    return Rights(
        decide=pending and not decided and permissions.can_decide(user, request),
        decided=decided,
        own=own,
        withdraw=request.can_move_to(State.WITHDRAWN)
        and permissions.can_withdraw(user, request),
        plan_again=request.can_move_to(State.PLANNING)
        and permissions.can_plan_again(user, request),
        resume=request.state == State.NEEDS_ATTENTION
        and permissions.can_resume(user, request),
    )


def demand_in_words(request: ChangeRequest) -> str:
    """ "1 approver": what today's policy and the one at submission demand together."""
    if request.current_plan is None:
        return ""
    both = policy.both_terms(request)
    if both is None:
        return ""
    return max(both, key=lambda entry: entry.approvals).in_words()


def what_changed(request: ChangeRequest, seen_hash: str) -> list[str]:
    """How the current plan differs from the one with ``seen_hash``, in sentences."""
    seen = request.plans.filter(plan_hash=seen_hash).order_by("-version").first()
    if seen is None or request.current_plan is None:
        return []
    found = plans.differences(seen.document, request.current_plan.document)
    return found or ["Nothing in the plan itself changed; it was made again."]
