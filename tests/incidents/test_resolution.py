import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from incidents import services
from incidents.models import Breach, Incident, TimelineEntry
from portal.audit.models import AuditEvent
from portal.exceptions import ForbiddenError, TransitionError
from tests.incidents.factories import age, make_incident, make_resolved

pytestmark = pytest.mark.django_db


def test_resolving_says_who_when_and_what_fixed_it(engineer, second_engineer):
    incident = services.acknowledge(make_incident(engineer), actor=engineer)
    incident = services.resolve(
        incident, resolution="Rolled back.", actor=second_engineer
    )
    assert incident.status == "resolved"
    assert incident.resolved_by == second_engineer
    assert incident.acknowledged_by == engineer
    assert TimelineEntry.objects.order_by("-pk")[0].body == "Rolled back."
    assert AuditEvent.objects.filter(action="incident.resolved").exists()


def test_resolving_what_nobody_acknowledged_answers_it_too(engineer):
    incident = services.resolve(
        make_incident(engineer), resolution="Restarted.", actor=engineer
    )
    assert incident.acknowledged_by == incident.lead == engineer
    assert incident.acknowledged_at == incident.resolved_at
    assert incident.response_clock.state == "met"


def test_resolving_too_late_breaches_the_response(engineer):
    incident = make_incident(engineer)
    age(incident, hours=1)
    services.resolve(incident, resolution="Restarted.", actor=engineer)
    assert Breach.objects.get().clock.ended_at is not None


def test_an_incident_is_resolved_once(engineer):
    with pytest.raises(TransitionError, match=engineer.name):
        services.resolve(make_resolved(engineer), resolution="Again.", actor=engineer)


def test_a_viewer_cannot_resolve(engineer, viewer):
    with pytest.raises(ForbiddenError):
        services.resolve(make_incident(engineer), resolution="Me.", actor=viewer)


def test_the_database_refuses_a_resolution_that_says_nothing(engineer):
    incident = make_resolved(engineer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(resolution="")


def test_reopening_starts_a_new_cycle_from_now(engineer, second_engineer):
    resolved = make_resolved(engineer)
    incident = services.reopen(resolved, reason="It is back.", actor=second_engineer)
    assert incident.status == "open"
    assert incident.acknowledged_by is None
    assert incident.resolution == ""
    assert [clock.state for clock in incident.clocks.all()] == ["met", "running"]
    assert incident.response_clock.cycle == 2
    assert incident.response_clock.started_at > resolved.resolved_at
    assert TimelineEntry.objects.order_by("-pk")[0].kind == "reopened"
    assert AuditEvent.objects.filter(action="incident.reopened").exists()


def test_a_breach_of_the_first_cycle_stays_when_the_second_is_answered(engineer):
    incident = make_incident(engineer)
    age(incident, hours=1)
    services.resolve(incident, resolution="Restarted.", actor=engineer)
    services.reopen(incident, reason="Back.", actor=engineer)
    incident = services.acknowledge(incident, actor=engineer)
    assert [clock.state for clock in incident.clocks.all()] == ["breached", "met"]
    assert Breach.objects.count() == 1


def test_more_than_a_day_later_it_is_a_new_incident(engineer):
    incident = make_resolved(engineer)
    Incident.objects.update(
        resolved_at=incident.resolved_at - dt.timedelta(hours=24, seconds=1)
    )
    with pytest.raises(TransitionError, match="24 hours"):
        services.reopen(incident, reason="Back.", actor=engineer)


def test_a_live_incident_cannot_be_reopened(engineer):
    with pytest.raises(TransitionError, match="is open"):
        services.reopen(make_incident(engineer), reason="Back.", actor=engineer)
