"""What a person can ask of the inventory."""

from django.db import transaction

from portal.accounts.models import User
from portal.audit import services as audit
from portal.catalog import permissions
from portal.catalog.models import RefreshRequest
from portal.exceptions import ForbiddenError


@transaction.atomic
def request_refresh(
    kind: str, target: str = "", *, actor: User | None
) -> RefreshRequest:
    """Ask a worker to read the account, or one resource by its URN, again.

    Asking while a request is open gives that one. ``actor`` None is the portal
    itself. Raises ForbiddenError.
    """
    if actor is not None and not permissions.can_refresh(actor):
        raise ForbiddenError(
            "Only people who work on production may have it read again.",
            role="engineer",
        )
    request, is_new = RefreshRequest.objects.ask(kind, target, requested_by=actor)
    if is_new and actor is not None:
        audit.record("inventory.refresh_requested", request, actor=actor)
    return request
