"""Who gets in, before anything is read."""

from django.shortcuts import get_object_or_404

from incidents import permissions, queries
from incidents.models import Incident
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.exceptions import ForbiddenError
from portal.web.http import PortalRequest


def require_view(user: User) -> None:
    """Raise ForbiddenError unless this person may read incidents."""
    if not permissions.can_view(user):
        raise ForbiddenError("You may not see incidents.", role=Role.VIEWER)


def require_declare(user: User) -> None:
    """Raise ForbiddenError unless this person may declare."""
    if not permissions.can_declare(user):
        raise ForbiddenError("You may not declare incidents.", role=Role.ENGINEER)


def require_respond(user: User) -> None:
    """Raise ForbiddenError unless this person may work on incidents."""
    if not permissions.can_respond(user):
        raise ForbiddenError("You may not work on incidents.", role=Role.ENGINEER)


def readable(request: PortalRequest, pk: int) -> Incident:
    """The incident with all its facts, for somebody who may read it; else 404."""
    require_view(request.user)
    return get_object_or_404(queries.with_facts(), pk=pk)


def workable(request: PortalRequest, pk: int) -> Incident:
    """The incident, for somebody who may work on it."""
    incident = readable(request, pk)
    require_respond(request.user)
    return incident
