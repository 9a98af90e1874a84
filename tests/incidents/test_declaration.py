import datetime as dt
import uuid

import pytest

from incidents import services
from incidents.models import Incident, SeverityPolicy, TimelineEntry
from portal.audit.models import AuditEvent
from portal.exceptions import ForbiddenError
from portal.notify.models import Notice
from tests.factories import make_team, make_user
from tests.incidents.factories import make_incident

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("severity", "minutes"), [("critical", 5), ("major", 30)])
def test_declaring_starts_the_clock_the_runbook_promises(engineer, severity, minutes):
    incident = make_incident(engineer, severity=severity)
    clock = incident.response_clock
    assert incident.status == "open"
    assert clock.started_at == incident.declared_at
    assert clock.deadline - clock.started_at == dt.timedelta(minutes=minutes)


def test_a_minor_incident_is_due_at_the_close_of_the_owning_teams_day(engineer):
    team = make_team("Sydney", time_zone="Australia/Sydney")
    clock = make_incident(engineer, severity="minor", team=team).response_clock
    local = clock.deadline.astimezone(dt.UTC)
    assert clock.time_zone == "Australia/Sydney"
    assert local.hour in (6, 7)
    assert "Australia/Sydney" in clock.explanation


def test_the_moment_of_declaration_is_the_databases(engineer):
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
    incident = make_incident(engineer)
    after = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)
    assert before < incident.declared_at < after


def test_declaring_is_told_in_the_timeline_and_in_the_audit_log(engineer):
    incident = make_incident(engineer)
    entry = TimelineEntry.objects.get()
    event = AuditEvent.objects.get(action="incident.declared")
    assert (entry.kind, entry.author) == ("declared", engineer)
    assert (event.actor, event.target_id) == (engineer, str(incident.pk))


def test_the_same_form_sent_twice_is_one_incident(engineer):
    key = uuid.uuid4()
    first = make_incident(engineer, client_key=key)
    again = make_incident(engineer, client_key=key, title="Another title")
    assert first == again
    assert Incident.objects.count() == TimelineEntry.objects.count() == 1


@pytest.mark.parametrize("role", ["viewer", "approver", "auditor", "administrator"])
def test_only_an_engineer_declares(role):
    with pytest.raises(ForbiddenError) as refusal:
        make_incident(make_user(role))
    assert refusal.value.role == "engineer"
    assert not Incident.objects.exists()


def test_a_critical_incident_is_told_to_every_engineer_but_the_one_who_declared(
    engineer, second_engineer, viewer
):
    other = make_user("engineer", name="Elsewhere", team=make_team("Elsewhere"))
    make_incident(engineer, severity="critical", team=engineer.teams.get())
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert told == {second_engineer.pk, other.pk}


def test_a_major_incident_is_told_to_the_owning_team_alone(
    engineer, second_engineer, team
):
    make_user("engineer", team=make_team("Elsewhere"))
    make_incident(engineer, team=team)
    assert {notice.recipient for notice in Notice.objects.all()} == {second_engineer}


def test_an_incident_of_no_team_is_told_to_every_engineer(engineer, second_engineer):
    make_incident(engineer, severity="minor")
    assert {notice.recipient for notice in Notice.objects.all()} == {second_engineer}


def test_a_later_policy_moves_no_clock_that_is_running(engineer):
    incident = make_incident(engineer)
    first = incident.response_clock
    policy = SeverityPolicy.objects.get(severity="major")
    policy.pk, policy.version, policy.response_amount = None, 2, 600
    policy.save()
    assert incident.clocks.get().deadline == first.deadline
    second = make_incident(engineer).response_clock
    assert second.policy.version == 2
    assert second.deadline - second.started_at == dt.timedelta(minutes=10)


def test_the_longest_title_is_stored_and_told_whole(engineer, second_engineer):
    title = "ä" * 200
    incident = services.declare(
        title=title, severity="minor", client_key=uuid.uuid4(), actor=engineer
    )
    assert Incident.objects.get(pk=incident.pk).title == title
