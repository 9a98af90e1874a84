"""Starting an approved change: everything is checked again, right before."""

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from portal.catalog.models import Resource
from portal.changes import guards, plans, policy, registry, transitions
from portal.changes.jobs import queue
from portal.changes.models import (
    ChangeExecution,
    ChangeHold,
    ChangeRequest,
    ChangeStep,
    ResourceClaim,
)
from portal.digitalocean import client
from portal.digitalocean.errors import ProviderError
from portal.notify.services import announce

log = structlog.get_logger(__name__)
State = ChangeRequest.State
Reason = ChangeHold.Reason

PAUSE = 40
HELD = 5
BATCH = 5


def dispatch_due() -> int:
    """Start up to BATCH approved requests; returns how many were taken."""
    for done in range(BATCH):
        pk = queue.take(State.APPROVED, pause=PAUSE)
        if pk is None:
            return done
        dispatch(pk)
    return BATCH


def dispatch(pk: int) -> None:
    """Observe anew, then start the request, hold it, or take its approval back.

    Whoever wrote the state, nothing runs unless the plan still has the hash that
    enough other people approved, and the live state it was made from.
    """
    request = ChangeRequest.objects.get(pk=pk)
    try:
        kind = registry.get(request.kind)
        draft = kind.draft(request.params, client.reader())
    except (registry.PlanError, registry.UnknownKindError) as error:
        _refuse(pk, State.FAILED, f"Not started: {error}")
        return
    except ProviderError as error:
        log.warning("dispatch_waits", change=pk, error=type(error).__name__)
        hold(request, guards.Objection(Reason.PROVIDER, str(error)))
        queue.postpone(pk, pause=HELD)
        return
    with transaction.atomic():
        _start(transitions.lock(pk), draft)


@transaction.atomic
def _refuse(pk: int, to: State, note: str) -> None:
    request = transitions.lock(pk)
    if request.state == State.APPROVED:
        transitions.move(request, to, actor=None, note=note)


def _start(request: ChangeRequest, draft: plans.Draft) -> None:
    plan = request.current_plan
    if request.state != State.APPROVED or plan is None:
        return
    if not plan.is_intact or _is_other_executor(plan.document):
        _take_back(request, "The stored plan is not the one that was approved.")
    elif _has_lapsed(request):
        note = "The approval was not used in time."
        transitions.move(request, State.EXPIRED, actor=None, note=note)
    elif other := _claimant(request):
        detail = (
            f"{other.number} has the resource; this one is looked at again after it."
        )
        _hold_all(request, [guards.Objection(Reason.CLAIM, detail)])
    elif draft.noop:
        transitions.move(
            request,
            State.SUCCEEDED,
            actor=None,
            noop=True,
            note="Already so when it was about to start: nothing was sent.",
        )
    elif plans.fingerprint(draft.observed) != plan.observed_hash:
        _take_back(request, _difference(plan.document["observed"], draft.observed))
    elif not policy.is_satisfied(request):
        _back_to_pending(request)
    else:
        _run_or_hold(request)


def _run_or_hold(request: ChangeRequest) -> None:
    objections = guards.objections(request)
    if not objections:
        try:
            with transaction.atomic():
                _run(request)
        except IntegrityError:
            detail = "Another change has the resource; this one starts after it."
            objections = [guards.Objection(Reason.CLAIM, detail)]
        else:
            return
    _hold_all(request, objections)


def _hold_all(request: ChangeRequest, objections: list[guards.Objection]) -> None:
    for objection in objections:
        hold(request, objection)
    queue.postpone(request.pk, pause=HELD)


def _claimant(request: ChangeRequest) -> ChangeRequest | None:
    """The other change that has one of the resources now. It is asked before the
    live state is compared: what another change is in the middle of is not drift."""
    plan = request.current_plan
    urns = [target["urn"] for target in plan.document["targets"]] if plan else []
    claims = ResourceClaim.objects.filter(resource__urn__in=urns, released_at=None)
    claim = claims.select_related("execution__request").first()
    return claim.execution.request if claim else None


def _run(request: ChangeRequest) -> None:
    plan = request.current_plan
    assert plan is not None  # noqa: S101 - the database insists on it
    execution = ChangeExecution.objects.create(request=request, plan=plan)
    for target in plan.document["targets"]:
        resource, _ = Resource.objects.get_or_create(
            urn=target["urn"], defaults={"name": target["label"]}
        )
        ResourceClaim.objects.create(resource=resource, execution=execution)
    ChangeStep.objects.bulk_create(
        ChangeStep(
            execution=execution,
            seq=number,
            op=step["op"],
            args=step["args"],
            title=step["title"],
            request_line=step["request"],
            disruptive=step["disruptive"],
            may_fail=step["may_fail"],
            safe_point_after=step["safe_point_after"],
            point_of_no_return=step["point_of_no_return"],
        )
        for number, step in enumerate(plan.steps, start=1)
    )
    request.holds.filter(lifted_at=None).update(lifted_at=Now())
    transitions.move(request, State.RUNNING, actor=None)


def hold(request: ChangeRequest, objection: guards.Objection) -> None:
    """Remember why the request does not start; one open row per reason."""
    ChangeHold.objects.bulk_create(
        [
            ChangeHold(
                request=request,
                reason=objection.reason,
                detail=objection.detail[:300],
            )
        ],
        ignore_conflicts=True,
    )


def _take_back(request: ChangeRequest, note: str) -> None:
    transitions.void(request, "drift")
    transitions.move(request, State.STALE, actor=None, note=note)
    announce(
        key=f"change:{request.pk}:{request.version}:stale",
        to=[request.requester],
        subject=f"{request.number} is out of date and was not started",
        body=note,
        link=request.get_absolute_url(),
    )


def _back_to_pending(request: ChangeRequest) -> None:
    standing = policy.approving(request)
    both = policy.both_terms(request) or []
    able = {
        person
        for entry in both
        for group in entry.demands
        for person in policy.eligible(request, group)
    }
    transitions.void(request, "not eligible", person__in=standing - able)
    transitions.move(
        request,
        State.PENDING,
        actor=None,
        note="It needs another approval: one given no longer counts.",
        approved_until=None,
    )


def _has_lapsed(request: ChangeRequest) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() > %s", [request.approved_until])
        return bool(cursor.fetchone()[0])


def _is_other_executor(document: dict[str, object]) -> bool:
    return (document["schema"], document["executor"]) != (plans.SCHEMA, plans.EXECUTOR)


def _difference(before: dict[str, object], now: dict[str, object]) -> str:
    changed = sorted(
        key for key in before.keys() | now.keys() if before.get(key) != now.get(key)
    )
    words = ", ".join(
        f"{key.replace('_', ' ')} was {before.get(key)}, is {now.get(key)}"
        for key in changed[:4]
    )
    return f"The live state moved since it was planned: {words}."
