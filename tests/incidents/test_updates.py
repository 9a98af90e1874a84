import uuid

import pytest

from incidents import services
from incidents.models import TimelineEntry
from portal.audit.models import AuditEvent
from portal.exceptions import ForbiddenError, TransitionError
from tests.factories import make_user
from tests.incidents.factories import make_incident, make_resolved

pytestmark = pytest.mark.django_db


def test_an_update_is_in_the_timeline_and_does_not_answer_the_incident(engineer):
    incident = make_incident(engineer)
    entry = services.add_update(
        incident, body="Looking.", client_key=uuid.uuid4(), actor=engineer
    )
    incident.refresh_from_db()
    assert (entry.kind, entry.body, entry.author) == ("update", "Looking.", engineer)
    assert incident.status == "open"
    assert incident.version == 2
    assert incident.response_clock.state == "running"
    assert AuditEvent.objects.filter(action="incident.updated").count() == 1


def test_the_same_update_sent_twice_is_one_entry(engineer):
    incident, key = make_incident(engineer), uuid.uuid4()
    for _ in range(2):
        services.add_update(incident, body="Hm.", client_key=key, actor=engineer)
    assert TimelineEntry.objects.filter(kind="update").count() == 1


def test_a_resolved_incident_takes_no_updates(engineer):
    with pytest.raises(TransitionError, match="resolved"):
        services.add_update(
            make_resolved(engineer), body="?", client_key=uuid.uuid4(), actor=engineer
        )


def test_a_viewer_writes_no_updates(engineer, viewer):
    with pytest.raises(ForbiddenError):
        services.add_update(
            make_incident(engineer), body="?", client_key=uuid.uuid4(), actor=viewer
        )


def test_handing_over_the_lead_is_told_and_leaves_the_clock_alone(
    engineer, second_engineer
):
    incident = make_incident(engineer)
    deadline = incident.response_clock.deadline
    incident = services.assign_lead(incident, lead=second_engineer, actor=engineer)
    assert incident.lead == second_engineer
    assert incident.clocks.get().deadline == deadline
    entry = TimelineEntry.objects.get(kind="lead")
    assert second_engineer.name in entry.body
    assert AuditEvent.objects.get(action="incident.lead_assigned").data["after"]


def test_only_somebody_who_may_respond_can_lead(engineer, viewer):
    incident = make_incident(engineer)
    with pytest.raises(TransitionError, match="may not"):
        services.assign_lead(incident, lead=viewer, actor=engineer)
    with pytest.raises(ForbiddenError):
        services.assign_lead(incident, lead=engineer, actor=viewer)


def test_who_leads_already_cannot_be_made_lead(engineer):
    incident = services.acknowledge(make_incident(engineer), actor=engineer)
    with pytest.raises(TransitionError, match="already leads"):
        services.assign_lead(incident, lead=engineer, actor=make_user("engineer"))
