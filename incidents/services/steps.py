"""The steps that several verbs share; all run inside the verb's transaction."""

import datetime as dt
import uuid

from incidents import permissions
from incidents.jobs import record_breaches
from incidents.models import Clock, Incident, SeverityPolicy, TimelineEntry
from incidents.models.timeline import Kind
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.exceptions import ForbiddenError


def locked(incident: Incident, *, actor: User) -> Incident:
    """The row as it is now, held to the end of the transaction.

    Raises ForbiddenError unless the actor may work on incidents.
    """
    # no_key: the sweep and others may keep pointing rows at the incident meanwhile.
    row = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if not permissions.can_respond(actor):
        raise ForbiddenError(
            "Only an engineer may work on incidents.", role=Role.ENGINEER
        )
    return row


def start_clock(incident: Incident, *, at: dt.datetime) -> Clock:
    """A response clock for a new cycle, under the policy in force now."""
    policy = SeverityPolicy.objects.current().get(severity=incident.severity)
    cycle = incident.clocks.count() + 1
    clock = Clock.start(incident, policy, cycle=cycle, at=at)
    clock.save()
    return clock


def answer(incident: Incident, *, at: dt.datetime) -> str:
    """Stop the unanswered clock, if there is one; its outcome, or nothing."""
    clock = (
        incident.clocks.unanswered().select_for_update(no_key=True).order_by("cycle")
    ).last()
    if clock is None:
        return ""
    if clock.is_overdue(at=at):
        clock.incident = incident
        record_breaches([clock], detector="answer")
    clock.stop(at=at)
    clock.save(update_fields=["state", "ended_at"])
    return clock.state


def tell(
    incident: Incident,
    kind: Kind,
    *,
    actor: User,
    at: dt.datetime,
    body: str = "",
    client_key: uuid.UUID | None = None,
) -> TimelineEntry:
    """One timeline entry."""
    return TimelineEntry.objects.create(
        incident=incident,
        kind=kind,
        author=actor,
        at=at,
        body=body,
        client_key=client_key or uuid.uuid4(),
    )
