"""Asking for a change, taking it back, having it planned anew."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from portal.accounts.models import User
from portal.audit.services import record
from portal.changes import permissions, policy, registry, transitions
from portal.changes.models import (
    ChangeRequest,
)
from portal.exceptions import ForbiddenError, TransitionError

State = ChangeRequest.State


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
