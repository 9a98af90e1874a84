"""Writing the audit log: one function, called last in the transaction."""

import re
import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from portal import context
from portal.accounts.models import User
from portal.audit.models import AuditEvent

ACTION = re.compile(r"^[a-z_]+(\.[a-z_]+)+$")
SYSTEM = "The portal"


def record(
    action: str, target: models.Model, *, actor: User | None, **data: Any
) -> AuditEvent:
    """Append one event, in the transaction of the act it describes.

    ``action`` is ``noun.past_participle``; ``actor`` None means the portal itself.
    ``data`` holds plain facts, never a secret. Call it last: the chain's lock is held
    from here to the commit. Raises ValueError for a badly formed action.
    """
    if not ACTION.match(action):
        message = f"{action!r} is not of the form noun.past_participle."
        raise ValueError(message)
    return AuditEvent.objects.create(
        actor=actor,
        actor_label=f"{actor.name} <{actor.email}>" if actor else SYSTEM,
        origin=context.origin.get(),
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:300],
        data={key: _plain(value) for key, value in data.items()},
        request_id=context.request_id.get()[:64],
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
