"""Deciding: another person, an eligible one, a fresh factor, the exact plan."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from portal.accounts.models import Person, User
from portal.accounts.stepup import FRESH_SECONDS
from portal.audit.services import record
from portal.changes import permissions, policy, transitions
from portal.changes.models import (
    ChangeDecision,
    ChangeRequest,
)
from portal.exceptions import ForbiddenError, TransitionError
from portal.notify.services import announce

State = ChangeRequest.State
Verdict = ChangeDecision.Verdict


class StalePlanError(TransitionError):
    """The page showed another plan than the one that waits now."""


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
                actor=None,
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
    insist_on_right(request, actor=actor)
    _insist_on_factor(factor_age)
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


def insist_on_right(request: ChangeRequest, *, actor: User) -> None:
    """Raises ForbiddenError, with the reason, unless this person may decide it."""
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


def _insist_on_factor(factor_age: float | None) -> None:
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
