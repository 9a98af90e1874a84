"""Verbs that start a cycle: something is broken, or broken again."""

import uuid

from django.db import transaction

from incidents import permissions
from incidents.models import Incident
from incidents.models.timeline import Kind
from incidents.queries import audience, database_now
from incidents.services.steps import locked, start_clock, tell
from portal.accounts.models import Team, User
from portal.accounts.roles import Role
from portal.audit import services as audit
from portal.catalog.models import Service
from portal.exceptions import ForbiddenError
from portal.notify import services as notify


@transaction.atomic
def declare(
    *,
    title: str,
    severity: str,
    team: Team | None = None,
    service: Service | None = None,
    client_key: uuid.UUID,
    actor: User,
) -> Incident:
    """Open an incident, start its response clock and tell those who must know.

    Without a team it belongs to the team of the service, when that is known.
    A second declaration with the same ``client_key`` returns the first one's incident
    and changes nothing. Raises ForbiddenError.
    """
    if not permissions.can_declare(actor):
        raise ForbiddenError("Only an engineer may declare.", role=Role.ENGINEER)
    incident, created = Incident.objects.get_or_create(
        client_key=client_key,
        defaults={
            "title": title,
            "severity": severity,
            "team": team or (service.team if service else None),
            "declared_by": actor,
        },
    )
    if not created:
        return incident
    if service:
        incident.services.add(service)
    clock = start_clock(incident, at=incident.declared_at)
    tell(incident, Kind.DECLARED, actor=actor, at=incident.declared_at)
    notify.announce(
        key=f"incident-{incident.pk}-declared",
        to=audience(incident).exclude(pk=actor.pk),
        subject=f"{incident.get_severity_display()}: {incident}",
        body=f"Declared by {actor}. Answer by {clock.deadline:%d %B %Y, %H:%M} UTC.",
        link=incident.get_absolute_url(),
    )
    audit.record(
        "incident.declared",
        incident,
        actor=actor,
        severity=incident.severity,
        team=str(incident.team or ""),
        service=str(service or ""),
        deadline=clock.deadline,
    )
    return incident


@transaction.atomic
def reopen(incident: Incident, *, reason: str, actor: User) -> Incident:
    """The fix did not hold: open again, with a new response clock from now.

    Raises ForbiddenError, or TransitionError later than 24 hours after the
    resolution.
    """
    incident = locked(incident, actor=actor)
    at = database_now()
    incident.reopen(at=at)
    incident.save(
        update_fields=[
            "status",
            "acknowledged_at",
            "acknowledged_by",
            "resolved_at",
            "resolved_by",
            "resolution",
            "version",
        ]
    )
    clock = start_clock(incident, at=at)
    tell(incident, Kind.REOPENED, actor=actor, at=at, body=reason)
    notify.announce(
        key=f"incident-{incident.pk}-reopened-{clock.cycle}",
        to=audience(incident).exclude(pk=actor.pk),
        subject=f"Reopened, {incident.severity}: {incident}",
        body=f"Reopened by {actor}: {reason}",
        link=incident.get_absolute_url(),
    )
    audit.record("incident.reopened", incident, actor=actor, cycle=clock.cycle)
    return incident
