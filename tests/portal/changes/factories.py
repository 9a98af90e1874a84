"""Change requests in every stage of their life."""

import time
import uuid
from typing import Any

from portal.accounts.models import User
from portal.changes import services
from portal.changes.jobs import dispatch, execution, planning
from portal.changes.models import ChangeRequest

DROPLET = 386734086
SIZE = "s-4vcpu-8gb"


def ask(actor: User, **params: Any) -> ChangeRequest:
    """A request that waits to be planned."""
    wanted = {"droplet_id": DROPLET, "size": SIZE, "disk": False, **params}
    return services.submit(
        "droplet.resize",
        wanted,
        title="Resize web-01",
        reason="It swaps every evening.",
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


def run(request: ChangeRequest, *, seconds: float = 8) -> ChangeRequest:
    """Let a worker tick until the request rests."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not execution.execute_due():
            time.sleep(0.005)
        request.refresh_from_db()
        if not request.is_executing or request.state == "needs_attention":
            break
    return request
