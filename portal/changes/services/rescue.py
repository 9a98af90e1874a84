"""Letting go on what was put in front of a person."""

from django.db import transaction
from django.db.models.functions import Now

from portal.accounts.models import User
from portal.changes import permissions, transitions
from portal.changes.models import (
    ChangeExecution,
    ChangeRequest,
)
from portal.exceptions import ForbiddenError, TransitionError

State = ChangeRequest.State


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
