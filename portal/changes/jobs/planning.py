"""Making the plan of a request from live state."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models.functions import Now

from portal.accounts.models import User
from portal.changes import plans, policy, registry, transitions
from portal.changes.jobs import queue
from portal.changes.models import ChangePlan, ChangeRequest
from portal.digitalocean import client
from portal.digitalocean.errors import ProviderError
from portal.notify.services import announce

log = structlog.get_logger(__name__)
State = ChangeRequest.State

PAUSE = 40
RETRY = 10
BATCH = 5


def plan_due() -> int:
    """Plan up to BATCH requests that wait for it; returns how many were taken."""
    for done in range(BATCH):
        pk = queue.take(State.PLANNING, pause=PAUSE)
        if pk is None:
            return done
        plan(pk)
    return BATCH


def plan(pk: int) -> None:
    """Read live state, outside any transaction, and move the request on."""
    request = ChangeRequest.objects.get(pk=pk)
    try:
        draft = registry.get(request.kind).draft(request.params, client.reader())
    except (registry.PlanError, registry.UnknownKindError) as error:
        _end(pk, request.version, State.PLAN_FAILED, str(error))
        return
    except ProviderError as error:
        log.warning("planning_waits", change=pk, error=type(error).__name__)
        note = f"{error} Planning tries again by itself."
        ChangeRequest.objects.filter(pk=pk, state=State.PLANNING).update(
            state_note=note[:400]
        )
        queue.postpone(pk, pause=RETRY)
        return
    if draft.noop:
        _end(pk, request.version, State.SUCCEEDED, "Already so: nothing to do.")
        return
    _propose(pk, request.version, draft)


@transaction.atomic
def _end(pk: int, version: int, to: State, note: str) -> None:
    request = transitions.lock(pk)
    if request.state != State.PLANNING or request.version != version:
        return
    transitions.move(request, to, actor=None, note=note, noop=to == State.SUCCEEDED)


@transaction.atomic
def _propose(pk: int, version: int, draft: plans.Draft) -> None:
    request = transitions.lock(pk)
    if request.state != State.PLANNING or request.version != version:
        return
    facts = policy.Facts(request.kind, draft.risk, draft.reversible)
    wanted = policy.terms(policy.current_rules(), facts)
    problem = _impossible(request, wanted)
    if wanted is None or problem:
        transitions.move(request, State.PLAN_FAILED, actor=None, note=problem)
        return
    document = plans.document(draft, kind=request.kind, params=request.params)
    made = ChangePlan.objects.create(
        request=request,
        version=request.version,
        document=document,
        plan_hash=plans.fingerprint(document),
        observed_hash=plans.fingerprint(draft.observed),
        cost_delta=draft.cost_delta,
        reversible=draft.reversible,
        valid_until=Now() + timedelta(hours=wanted.approved_hours),
    )
    transitions.move(
        request,
        State.PENDING,
        actor=None,
        current_plan=made,
        title=draft.title[:200],
        risk=draft.risk,
        approvals_required=wanted.approvals,
        expires_at=Now() + timedelta(hours=wanted.pending_hours),
    )
    _tell_approvers(request, wanted)


def _impossible(request: ChangeRequest, wanted: policy.Terms | None) -> str:
    if wanted is None:
        return "No approval rule covers this change, so nobody could approve it."
    if wanted.denied:
        return "The approval policy forbids this change."
    if not policy.is_feasible(request, wanted):
        return (
            f"This can never be approved: it needs {wanted.in_words()} other than"
            " the person who asked, and there are not enough."
        )
    return ""


def _tell_approvers(request: ChangeRequest, wanted: policy.Terms) -> None:
    persons = {
        person for group in wanted.demands for person in policy.eligible(request, group)
    }
    announce(
        key=f"change:{request.pk}:{request.version}:pending",
        to=User.objects.filter(
            is_active=True, person_id__in=persons, groups__name__in=wanted.demands
        ).distinct(),
        subject=f"{request.number} waits for your decision: {request.title}",
        body=f"{request.requester.name} asks: {request.reason}",
        link=request.get_absolute_url(),
    )
