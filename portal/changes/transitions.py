"""The one function that moves a request from state to state.

Views, services and workers all come through here: the move must be in the table, the
row must still be in the state it was read in, and the audit row is written in the
same transaction.
"""

from typing import Any

from django.db.models.functions import Now

from portal.accounts.models import User
from portal.audit.services import record
from portal.changes.models import ChangeDecision, ChangeRequest
from portal.exceptions import TransitionError

State = ChangeRequest.State


def lock(pk: int) -> ChangeRequest:
    """The request, locked until the transaction ends. Raises DoesNotExist."""
    return (
        ChangeRequest.objects.select_for_update(of=("self",))
        .select_related("current_plan", "requester")
        .get(pk=pk)
    )


def move(
    request: ChangeRequest,
    to: State,
    *,
    actor: User | None,
    note: str = "",
    **fields: Any,
) -> None:
    """Move a locked request, with ``fields`` written along; records ``change.<to>``.

    ``note`` is shown beside the state. Raises TransitionError when the table has no
    such move or when the row is no longer what was read.
    """
    origin = State(request.state)
    if not request.can_move_to(to):
        raise TransitionError(
            f"{request.number} is {origin.label.lower()};"
            f" it cannot become {to.label.lower()}."
        )
    if to in ChangeRequest.TERMINAL:
        fields["finished_at"] = Now()
    changed = ChangeRequest.objects.filter(
        pk=request.pk, state=origin, version=request.version
    ).update(state=to, state_note=note[:400], work_after=Now(), **fields)
    if not changed:
        raise TransitionError(f"{request.number} has changed in the meantime.")
    request.refresh_from_db()
    record(
        f"change.{to.value}",
        request,
        actor=actor,
        before=origin.value,
        after=to.value,
        version=request.version,
        **({"note": note} if note else {}),
    )


def void(request: ChangeRequest, reason: str, **which: Any) -> int:
    """Void the standing decisions of a request (``which`` narrows them); returns how
    many. A voided decision stays on record and counts for nothing."""
    return ChangeDecision.objects.filter(
        request=request, voided_at=None, **which
    ).update(voided_at=Now(), void_reason=reason)
