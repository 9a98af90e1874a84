"""Plain functions that make incidents, with the clock moved where a test needs it."""

import datetime as dt
import uuid
from typing import Any

from django.test.utils import CaptureQueriesContext

from incidents import services
from incidents.models import Clock, Incident
from portal.accounts.models import Team, User
from portal.catalog.models import Service
from tests.factories import make_user


def make_incident(actor: User | None = None, **fields: Any) -> Incident:
    defaults = {"title": "Checkout is slow", "severity": "major"}
    return services.declare(
        **{"client_key": uuid.uuid4(), **defaults, **fields},
        actor=actor or make_user("engineer"),
    )


def make_resolved(actor: User | None = None, **fields: Any) -> Incident:
    actor = actor or make_user("engineer")
    incident = make_incident(actor, **fields)
    return services.resolve(incident, resolution="Rolled back.", actor=actor)


def own_queries(queries: CaptureQueriesContext) -> int:
    """How many queries touched incidents; the frame's are pinned elsewhere."""
    return sum('"incidents_' in query["sql"] for query in queries)


def make_service(name: str, *, team: Team) -> Service:
    return Service.objects.create(
        slug=name.lower(), name=name, tier=Service.Tier.BACKEND, team=team
    )


def age(incident: Incident, **ago: float) -> Clock:
    """Move the running response clock into the past, as if declared then."""
    clock = incident.clocks.get(ended_at=None)
    for name in ("started_at", "at_risk_at", "deadline"):
        setattr(clock, name, getattr(clock, name) - dt.timedelta(**ago))
    clock.save()
    return clock
