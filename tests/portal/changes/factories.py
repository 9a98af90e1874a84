"""Change requests in every stage of their life."""

import time
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.changes import plans, policy, services
from portal.changes.jobs import dispatch, execution, planning
from portal.changes.models import ChangePlan, ChangeRequest

DROPLET = 386734086
SIZE = "s-4vcpu-8gb"


def ask(
    actor: User, *, reason: str = "It swaps every evening.", **params: Any
) -> ChangeRequest:
    """A request that waits to be planned."""
    wanted = {"droplet_id": DROPLET, "size": SIZE, "disk": False, **params}
    return services.submit(
        "droplet.resize",
        wanted,
        title="Resize web-01",
        reason=reason,
        key=uuid.uuid4(),
        actor=actor,
    )


def planned(actor: User, **params: Any) -> ChangeRequest:
    """A request with a plan, normally waiting for approval."""
    request = ask(actor, **params)
    planning.plan(request.pk)
    request.refresh_from_db()
    return request


def approve(request: ChangeRequest, by: User, **overrides: Any) -> ChangeRequest:
    assert request.current_plan is not None
    wanted = {
        "plan_hash": request.current_plan.plan_hash,
        "version": request.version,
        "factor_age": 10.0,
        **overrides,
    }
    return services.approve(request, actor=by, **wanted)


def approved(actor: User, by: User, **params: Any) -> ChangeRequest:
    return approve(planned(actor, **params), by)


def started(actor: User, by: User, **params: Any) -> ChangeRequest:
    request = approved(actor, by, **params)
    dispatch.dispatch(request.pk)
    request.refresh_from_db()
    return request


def run(request: ChangeRequest, *, seconds: float = 40) -> ChangeRequest:
    """Let a worker tick until the request rests."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not execution.execute_due():
            time.sleep(0.005)
        request.refresh_from_db()
        if not request.is_executing or request.state == "needs_attention":
            break
    return request


def bare(actor: User, **fields: Any) -> ChangeRequest:
    """A pending request with a plan, without any provider."""
    document = {
        **plans.document(
            plans.Draft(
                title="Resize web-01",
                targets=[plans.Target(f"do:droplet:{DROPLET}", "web-01")],
                steps=[plans.Step("verify", {}, "Read web-01 back")],
                facts=[plans.Fact("vCPU", "2", "4")],
                observed={"status": "active"},
            ),
            kind="droplet.resize",
            params={},
        )
    }
    request = ChangeRequest.objects.create(
        kind="droplet.resize",
        title="Resize web-01",
        reason="It swaps.",
        requester=actor,
        requester_person=actor.person,
        policy_snapshot=policy.current_rules(),
    )
    plan = ChangePlan.objects.create(
        request=request,
        version=1,
        document=document,
        plan_hash=plans.fingerprint(document),
        observed_hash=plans.fingerprint(document["observed"]),
        cost_delta=Decimal(24),
        reversible=True,
        valid_until=timezone.now() + timedelta(days=1),
    )
    ChangeRequest.objects.filter(pk=request.pk).update(
        **{
            "state": ChangeRequest.State.PENDING,
            "current_plan": plan,
            "expires_at": timezone.now() + timedelta(days=3),
            **fields,
        }
    )
    request.refresh_from_db()
    return request
