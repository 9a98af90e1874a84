"""Verbs of those who work on an incident."""

import uuid

from django.db import transaction

from incidents import permissions
from incidents.models import Incident, TimelineEntry
from incidents.models.timeline import Kind
from incidents.queries import database_now
from incidents.services.steps import answer, locked, tell
from portal.accounts.models import User
from portal.audit import services as audit
from portal.exceptions import TransitionError


@transaction.atomic
def acknowledge(incident: Incident, *, actor: User) -> Incident:
    """Answer for an open incident: its response clock stops, met or breached.

    Raises ForbiddenError, or TransitionError when somebody was faster.
    """
    incident = locked(incident, actor=actor)
    at = database_now()
    incident.acknowledge(by=actor, at=at)
    incident.save(
        update_fields=[
            "status",
            "acknowledged_at",
            "acknowledged_by",
            "lead",
            "version",
        ]
    )
    clock = answer(incident, at=at)
    tell(incident, Kind.ACKNOWLEDGED, actor=actor, at=at)
    audit.record("incident.acknowledged", incident, actor=actor, response=clock)
    return incident


@transaction.atomic
def add_update(
    incident: Incident, *, body: str, client_key: uuid.UUID, actor: User
) -> TimelineEntry:
    """Say how it stands. The same ``client_key`` twice is one entry.

    Raises ForbiddenError, or TransitionError when it is no longer worked on.
    """
    incident = locked(incident, actor=actor)
    sent = TimelineEntry.objects.filter(client_key=client_key, incident=incident)
    if entry := sent.first():
        return entry
    incident.require_live()
    incident.version += 1
    incident.save(update_fields=["version"])
    entry = tell(
        incident,
        Kind.UPDATE,
        actor=actor,
        at=database_now(),
        body=body,
        client_key=client_key,
    )
    audit.record("incident.updated", incident, actor=actor, entry=entry.pk)
    return entry


@transaction.atomic
def assign_lead(incident: Incident, *, lead: User, actor: User) -> Incident:
    """Say who leads from here on. The response clock is not touched.

    Raises ForbiddenError, or TransitionError when that person cannot lead it.
    """
    incident = locked(incident, actor=actor)
    if not permissions.can_respond(lead):
        raise TransitionError(f"{lead} may not work on incidents.")
    before = incident.lead
    incident.hand_to(lead)
    incident.save(update_fields=["lead", "version"])
    tell(incident, Kind.LEAD, actor=actor, at=database_now(), body=f"{lead} leads.")
    audit.record(
        "incident.lead_assigned",
        incident,
        actor=actor,
        before=str(before or ""),
        after=str(lead),
    )
    return incident


@transaction.atomic
def resolve(incident: Incident, *, resolution: str, actor: User) -> Incident:
    """It works again; ``resolution`` says what fixed it. Implies an answer.

    Raises ForbiddenError, or TransitionError when it was resolved already.
    """
    incident = locked(incident, actor=actor)
    at = database_now()
    incident.resolve(by=actor, at=at, resolution=resolution)
    incident.save(
        update_fields=[
            "status",
            "acknowledged_at",
            "acknowledged_by",
            "lead",
            "resolved_at",
            "resolved_by",
            "resolution",
            "version",
        ]
    )
    clock = answer(incident, at=at)
    tell(incident, Kind.RESOLVED, actor=actor, at=at, body=resolution)
    audit.record("incident.resolved", incident, actor=actor, response=clock)
    return incident
