"""The verbs of people: ask, decide, withdraw, plan again, resume."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from portal.accounts.models import Person, User
from portal.accounts.stepup import FRESH_SECONDS
from portal.audit.services import record
from portal.changes import permissions, policy, registry, transitions
from portal.changes.models import (
    ChangeDecision,
    ChangeExecution,
    ChangeRequest,
    PolicyRule,
)
from portal.exceptions import ForbiddenError, TransitionError
from portal.notify.services import announce

State = ChangeRequest.State
Verdict = ChangeDecision.Verdict


class StalePlanError(TransitionError):
    """The page showed another plan than the one that waits now."""


def submit(
    kind: str,
    params: dict[str, Any],
    *,
    title: str,
    reason: str,
    key: uuid.UUID,
    actor: User,
) -> ChangeRequest:
    """Ask for a change; a worker plans it from live state next.

    ``key`` makes a repeated submission answer with the request it made the first
    time. Raises ForbiddenError, UnknownKindError.
    """
    if not permissions.can_request(actor):
        raise ForbiddenError("Only an engineer may ask for changes.", role="engineer")
    registry.get(kind)
    try:
        with transaction.atomic():
            request = ChangeRequest.objects.create(
                client_key=key,
                kind=kind,
                title=title[:200],
                reason=reason,
                params=params,
                requester=actor,
                requester_person=actor.person,
                policy_snapshot=policy.current_rules(),
            )
            record("change.requested", request, actor=actor, kind=kind, params=params)
    except IntegrityError:
        return _submitted_before(key, actor)
    return request


def _submitted_before(key: uuid.UUID, actor: User) -> ChangeRequest:
    request = ChangeRequest.objects.filter(client_key=key).first()
    if request is None or request.requester_person_id != actor.person_id:
        raise TransitionError("This form was already used. Open a new one.")
    return request


def approve(
    request: ChangeRequest,
    *,
    actor: User,
    plan_hash: str,
    version: int,
    factor_age: float | None,
    comment: str = "",
) -> ChangeRequest:
    """Approve exactly the plan that the page showed.

    The deciding approval moves the request to approved in the same transaction.
    Raises ForbiddenError (own request, not eligible, no fresh second factor),
    StalePlanError, TransitionError.
    """
    with transaction.atomic():
        request = _decide(
            request, Verdict.APPROVE, actor, plan_hash, version, factor_age, comment
        )
        if policy.is_satisfied(request):
            both = policy.both_terms(request) or []
            hours = min(entry.approved_hours for entry in both)
            transitions.move(
                request,
                State.APPROVED,
                actor=actor,
                approved_until=Now() + timedelta(hours=hours),
            )
            _tell_requester(request, f"{request.number} was approved", actor)
    return request


def reject(
    request: ChangeRequest,
    *,
    actor: User,
    plan_hash: str,
    version: int,
    factor_age: float | None,
    comment: str,
) -> ChangeRequest:
    """Reject the plan the page showed, with the reason; that is final.

    Raises what `approve` raises.
    """
    with transaction.atomic():
        request = _decide(
            request, Verdict.REJECT, actor, plan_hash, version, factor_age, comment
        )
        transitions.move(request, State.REJECTED, actor=actor, note=comment)
        _tell_requester(request, f"{request.number} was rejected", actor)
    return request


def _decide(
    request: ChangeRequest,
    verdict: ChangeDecision.Verdict,
    actor: User,
    plan_hash: str,
    version: int,
    factor_age: float | None,
    comment: str,
) -> ChangeRequest:
    request = transitions.lock(request.pk)
    _insist_on_right(request, actor, factor_age)
    _insist_on_pending(request, actor)
    plan = request.current_plan
    if plan is None or request.version != version or plan.plan_hash != plan_hash:
        raise StalePlanError(
            f"{request.number} was planned again since you opened it."
            " Nothing was decided: read the plan below and decide on that."
        )
    if plan.valid_until <= timezone.now():
        raise TransitionError(
            f"The plan of {request.number} is too old to decide on."
            f" {request.requester.name} can have it planned again."
        )
    ChangeDecision.objects.create(
        request=request,
        plan=plan,
        plan_hash=plan.plan_hash,
        requester_person=request.requester_person,
        person=actor.person,
        account=actor,
        verdict=verdict,
        comment=comment,
        factor_age_seconds=max(0, int(factor_age or 0)),
    )
    record(
        f"change.{'approval' if verdict == Verdict.APPROVE else 'rejection'}_given",
        request,
        actor=actor,
        plan_hash=plan.plan_hash,
        **({"comment": comment} if comment else {}),
    )
    return request


def _insist_on_right(
    request: ChangeRequest, actor: User, factor_age: float | None
) -> None:
    if permissions.is_own(actor, request):
        raise ForbiddenError(
            "You asked for this change, so another person must decide it.",
            role="approver",
        )
    if not permissions.can_decide(actor, request):
        raise ForbiddenError(
            "Only the people its approval policy names may decide this change.",
            role="approver",
        )
    if factor_age is None or factor_age > FRESH_SECONDS:
        raise ForbiddenError(
            "A decision needs your second factor, confirmed within the last"
            " five minutes.",
            role="approver",
        )


def _insist_on_pending(request: ChangeRequest, actor: User) -> None:
    mine = (
        request.decisions.filter(person=actor.person_id, voided_at=None)
        .filter(plan_hash=F("request__current_plan__plan_hash"))
        .first()
    )
    if mine is not None:
        said = mine.get_verdict_display().lower()
        raise TransitionError(
            f"You already {said} {request.number}. Nothing was decided twice."
        )
    if request.state != State.PENDING:
        raise TransitionError(
            f"{request.number} is no longer waiting for approval:"
            f" it is {request.get_state_display().lower()}."
        )


@transaction.atomic
def withdraw(request: ChangeRequest, *, actor: User) -> ChangeRequest:
    """Take one's own request back before it runs.

    Raises ForbiddenError, TransitionError once it is running or ended.
    """
    request = transitions.lock(request.pk)
    if not permissions.can_withdraw(actor, request):
        raise ForbiddenError("Only the person who asked may withdraw.", role="engineer")
    transitions.move(request, State.WITHDRAWN, actor=actor)
    return request


@transaction.atomic
def plan_again(request: ChangeRequest, *, actor: User) -> ChangeRequest:
    """Have one's own request planned anew from live state, as a new version.

    Standing decisions become void. Raises ForbiddenError, TransitionError.
    """
    request = transitions.lock(request.pk)
    if not permissions.can_plan_again(actor, request):
        raise ForbiddenError(
            "Only the person who asked may plan it again.", role="engineer"
        )
    transitions.void(request, "edited")
    transitions.move(
        request,
        State.PLANNING,
        actor=actor,
        version=F("version") + 1,
        policy_snapshot=policy.current_rules(),
    )
    return request


@transaction.atomic
def resume(request: ChangeRequest, *, actor: User, reason: str) -> ChangeRequest:
    """Let a set-aside execution go on, after a person looked at it.

    It first finds out by reading what became of any open attempt. For an operator
    who did not ask for the change. Raises ForbiddenError, TransitionError.
    """
    request = transitions.lock(request.pk)
    if not permissions.can_resume(actor, request):
        raise ForbiddenError(
            "Only an approver who did not ask for the change may resume it.",
            role="approver",
        )
    execution = request.executions.filter(finished_at=None).first()
    if execution is None:
        raise TransitionError(f"{request.number} has no execution to resume.")
    going_back = execution.steps.filter(phase="back").exists()
    transitions.move(
        request,
        State.COMPENSATING if going_back else State.RUNNING,
        actor=actor,
        note=reason,
    )
    ChangeExecution.objects.filter(pk=execution.pk).update(
        set_aside_at=None, resumed_at=Now(), unclean_claims=0, run_after=Now()
    )
    return request


@transaction.atomic
def adopt_first_policy() -> int:
    """Write the first approval rules, when there are none: one approver for every
    change, two for one that cannot be undone. Returns how many were written."""
    if PolicyRule.objects.select_for_update().exists():
        return 0
    rules = [
        PolicyRule(name="Every change", match={}, require=_approvers(1)),
        PolicyRule(
            name="Changes without a way back",
            match={"reversible": False},
            require=_approvers(2),
        ),
    ]
    for rule in rules:
        rule.save()
        record("policy.adopted", rule, actor=None, require=rule.require)
    return len(rules)


def _approvers(count: int) -> list[dict[str, Any]]:
    return [{"group": "approver", "n": count}]


@transaction.atomic
def void_decisions_of(person: Person, *, reason: str, actor: User) -> int:
    """Void every standing decision of a person on requests that have not started.

    An approved request that loses its quorum goes back to pending. Returns how many
    decisions were voided; for people who leave.
    """
    states = [State.PENDING, State.APPROVED]
    affected = ChangeRequest.objects.filter(
        state__in=states, decisions__person=person, decisions__voided_at=None
    ).values_list("pk", flat=True)
    voided = 0
    # Every row is locked before the first entry of the log takes the chain's lock.
    for request in [transitions.lock(pk) for pk in sorted(set(affected))]:
        if request.state not in states:
            continue
        voided += transitions.void(request, reason, person=person)
        if request.state == State.APPROVED and not policy.is_satisfied(request):
            transitions.move(
                request,
                State.PENDING,
                actor=actor,
                note="An approval became void; it needs another one.",
                approved_until=None,
            )
    return voided


def _tell_requester(request: ChangeRequest, subject: str, actor: User) -> None:
    announce(
        key=f"change:{request.pk}:{request.version}:{request.state}",
        to=[request.requester],
        subject=subject,
        body=f"{actor.name} decided on “{request.title}”.",
        link=request.get_absolute_url(),
    )
