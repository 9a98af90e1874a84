"""What people may do with the inventory of credentials."""

import uuid
from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import Team, User
from portal.audit.services import record
from portal.catalog.models import Service
from portal.exceptions import DomainError, ForbiddenError, TransitionError
from secrets_audit import detector, permissions, queries
from secrets_audit.models import DEFAULT_ROTATION_DAYS, Credential


def register(
    *,
    key: uuid.UUID,
    kind: str,
    name: str,
    team: Team,
    rotated_on: date,
    actor: User,
    public_id: str = "",
    services: Collection[Service] = (),
    rotation_days: int = DEFAULT_ROTATION_DAYS,
    notes: str = "",
) -> Credential:
    """Note that a credential exists; ``key`` makes a repeated form one credential.

    Raises ForbiddenError, and DomainError for a text that looks like a secret or for
    a name that a live credential of the same kind has already.
    """
    _insist_on_keeper(actor, team)
    _insist_on_no_secret(name, public_id, notes)
    try:
        with transaction.atomic():
            credential = Credential.objects.create(
                client_key=key,
                kind=kind,
                name=name,
                public_id=public_id,
                team=team,
                rotation_days=rotation_days,
                rotated_on=rotated_on,
                notes=notes,
                created_by=actor,
            )
            credential.services.set(services)
            record(
                "credential.registered",
                credential,
                actor=actor,
                kind=kind,
                public_id=public_id,
                team=team,
                services=sorted(service.name for service in services),
                rotated_on=rotated_on,
                rotation_days=rotation_days,
            )
    except IntegrityError:
        return _registered_before(key, kind, name, actor)
    return credential


@transaction.atomic
def retire(credential: Credential, *, reason: str, actor: User) -> Credential:
    """Note that a credential exists no more; it stays on record.

    Raises ForbiddenError, TransitionError when it is retired already, DomainError
    for a reason that looks like a secret.
    """
    credential = (
        Credential.objects.select_for_update(of=("self",))
        .select_related("team")
        .get(pk=credential.pk)
    )
    _insist_on_keeper(actor, credential.team)
    _insist_on_no_secret(reason)
    credential.retire(by=actor, at=timezone.now(), reason=reason)
    credential.save(update_fields=["retired_at", "retired_by", "retired_because"])
    record("credential.retired", credential, actor=actor, reason=reason)
    return credential


def _insist_on_keeper(actor: User, team: Team) -> None:
    if not permissions.can_keep(actor, team):
        raise ForbiddenError(
            f"Credentials of {team} are kept by its engineers, its lead and"
            " administrators.",
            role="engineer",
        )


def _insist_on_no_secret(*texts: str) -> None:
    """The forms say it first, field by field; this is for every other way in."""
    for text in texts:
        looks_like = detector.find(text)
        if looks_like:
            message = f"That holds what looks like {looks_like}. Nothing was kept."
            raise DomainError(message)


def _registered_before(key: uuid.UUID, kind: str, name: str, actor: User) -> Credential:
    """What the same form made the first time; else says who was faster."""
    credential = Credential.objects.filter(client_key=key).first()
    if credential is not None and credential.created_by_id == actor.pk:
        return credential
    if queries.is_taken(kind, name, but_not=key):
        label = Credential.Kind(kind).label
        raise TransitionError(f"{label} “{name}” is in the inventory already.")
    raise TransitionError("This form was already used. Open a new one.")
