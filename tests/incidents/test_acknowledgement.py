import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from incidents import services
from incidents.models import Breach, Incident, TimelineEntry
from portal.audit.models import AuditEvent
from portal.exceptions import ForbiddenError, TransitionError
from tests.incidents.factories import age, make_incident, make_resolved

pytestmark = pytest.mark.django_db


def test_acknowledging_in_time_meets_the_promise(engineer):
    incident = services.acknowledge(make_incident(engineer), actor=engineer)
    clock = incident.response_clock
    assert incident.status == "acknowledged"
    assert incident.lead == incident.acknowledged_by == engineer
    assert clock.state == "met"
    assert clock.ended_at == incident.acknowledged_at
    assert AuditEvent.objects.filter(action="incident.acknowledged").count() == 1


def test_acknowledging_too_late_writes_the_breach_before_anything_else(engineer):
    incident = make_incident(engineer)
    clock = age(incident, minutes=31)
    services.acknowledge(incident, actor=engineer)
    clock.refresh_from_db()
    breach = Breach.objects.get()
    assert clock.state == "breached"
    assert clock.ended_at > clock.deadline
    assert (breach.clock, breach.breached_at, breach.detector) == (
        clock,
        clock.deadline,
        "answer",
    )
    kinds = list(TimelineEntry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["declared", "breached", "acknowledged"]


def test_an_answer_at_the_very_deadline_is_in_time(engineer):
    clock = make_incident(engineer).response_clock
    clock.stop(at=clock.deadline)
    assert clock.state == "met"
    clock.stop(at=clock.deadline + dt.timedelta(microseconds=1))
    assert clock.state == "breached"


def test_somebody_who_leads_already_keeps_the_lead(engineer, second_engineer):
    incident = make_incident(engineer)
    services.assign_lead(incident, lead=second_engineer, actor=engineer)
    incident = services.acknowledge(incident, actor=engineer)
    assert incident.lead == second_engineer


def test_the_second_to_acknowledge_is_told_who_was_first(engineer, second_engineer):
    fresh = make_incident(engineer)
    stale = Incident.objects.get(pk=fresh.pk)
    services.acknowledge(fresh, actor=engineer)
    with pytest.raises(TransitionError, match=engineer.name):
        services.acknowledge(stale, actor=second_engineer)


def test_a_resolved_incident_cannot_be_acknowledged(engineer):
    with pytest.raises(TransitionError, match="resolved"):
        services.acknowledge(make_resolved(engineer), actor=engineer)


def test_a_viewer_cannot_acknowledge(engineer, viewer):
    incident = make_incident(engineer)
    with pytest.raises(ForbiddenError):
        services.acknowledge(incident, actor=viewer)
    assert Incident.objects.get().status == "open"


def test_the_database_refuses_an_acknowledged_incident_without_a_person(engineer):
    incident = make_incident(engineer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(status="acknowledged")
