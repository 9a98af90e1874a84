"""Completing a duty: who, when, with what, and only once."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from maintenance import services
from maintenance.models import Occurrence
from portal.audit.models import AuditEvent
from portal.exceptions import DomainError, ForbiddenError, TransitionError
from tests.factories import make_team, make_user
from tests.maintenance.corpus import BAD_TEXTS
from tests.maintenance.factories import make_duty, make_series, own_queries

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _before_it_is_due():
    moment = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    with time_machine.travel(moment, tick=False):
        yield


@pytest.fixture
def duty(team):
    return make_duty(date(2026, 11, 30), series=make_series("OS updates", team=team))


@pytest.fixture
def evidence_duty(team):
    return make_duty(
        date(2026, 11, 30), series=make_series(team=team, evidence_required=True)
    )


def address(duty):
    return f"{duty.get_absolute_url()}completion/"


def test_an_engineer_of_the_owner_team_completes_it(duty, engineer):
    done = services.complete(duty, actor=engineer, note=" All quiet. ")
    done.refresh_from_db()
    assert (done.state, done.completed_by) == ("completed", engineer)
    assert done.note == "All quiet."
    assert done.version == 2
    event = AuditEvent.objects.get(action="duty.completed")
    assert (event.actor, event.target_id) == (engineer, str(duty.pk))
    assert event.data == {
        "due": "2026-11-30",
        "team": "Infrastructure",
        "with_evidence": False,
    }


def test_the_teams_lead_completes_it_too(duty, lead):
    assert services.complete(duty, actor=lead).completed_by == lead


def test_nobody_else_may(duty, team, viewer, approver, auditor, administrator):
    elsewhere = make_user("engineer", team=make_team("Security"))
    member = make_user("viewer", team=team)
    gone = make_user("engineer", team=team)
    gone.is_active = False
    for actor in (viewer, approver, auditor, administrator, elsewhere, member, gone):
        with pytest.raises(ForbiddenError):
            services.complete(duty, actor=actor)
    assert not AuditEvent.objects.filter(action="duty.completed").exists()


def test_the_second_of_two_is_told_who_was_first(duty, engineer, lead):
    stale = Occurrence.objects.get(pk=duty.pk)
    services.complete(duty, actor=engineer)
    with pytest.raises(TransitionError, match="Engineer Person has already"):
        services.complete(stale, actor=lead)


def test_a_page_that_is_out_of_date_is_refused(duty, engineer):
    with pytest.raises(TransitionError, match="has changed"):
        services.complete(duty, actor=engineer, version=7)


def test_it_is_refused_before_it_opens(team, engineer):
    early = make_duty(date(2026, 12, 31), series=make_series(team=team))
    with pytest.raises(TransitionError, match="Too early"):
        services.complete(early, actor=engineer)


def test_required_evidence_is_required_of_services_too(evidence_duty, engineer):
    with pytest.raises(DomainError, match="evidence"):
        services.complete(evidence_duty, actor=engineer)


def test_one_click_completes_a_duty_without_evidence(sign_in, engineer, duty):
    client = sign_in(engineer)
    page = client.get(duty.get_absolute_url()).content.decode()
    assert ">Complete</button>" in page
    answer = client.post(address(duty), {"version": 1})
    assert answer.status_code == 303
    assert answer["Location"] == duty.get_absolute_url()
    after = client.get(duty.get_absolute_url()).content.decode()
    assert "Done on time" in after
    assert "is completed." in after
    assert ">Complete</button>" not in after


def test_htmx_gets_the_state_of_the_duty_only(sign_in, engineer, duty):
    answer = sign_in(engineer).post(address(duty), {"version": 1}, headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "HX-Request" in answer["Vary"]
    assert f'id="occurrence-{duty.pk}-state"' in text
    assert "Done on time" in text
    assert "<html" not in text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_missing_evidence_brings_the_form_back_with_what_was_typed(
    sign_in, engineer, evidence_duty, headers
):
    answer = sign_in(engineer).post(
        address(evidence_duty), {"version": 1, "note": "Almost"}, headers=headers
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Evidence – This field is required." in text
    assert "Almost" in text
    assert ("<html" in text) is not headers


def test_evidence_is_kept_and_a_web_address_becomes_a_link(
    sign_in, engineer, evidence_duty
):
    client = sign_in(engineer)
    link = "https://wiki.example/restore/12"
    client.post(address(evidence_duty), {"version": 1, "evidence": link})
    page = client.get(evidence_duty.get_absolute_url()).content.decode()
    assert f'<a href="{link}" rel="noopener noreferrer nofollow">' in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_second_click_is_told_what_happened(
    sign_in, engineer, second_engineer, duty, headers
):
    services.complete(duty, actor=second_engineer)
    answer = sign_in(engineer).post(address(duty), {"version": 1}, headers=headers)
    assert answer.status_code == 409
    assert "Second Engineer has already completed this." in answer.content.decode()


def test_an_early_click_is_told_from_when(sign_in, engineer, team):
    early = make_duty(date(2026, 12, 31), series=make_series(team=team))
    client = sign_in(engineer)
    page = client.get(early.get_absolute_url()).content.decode()
    assert "can be completed from 21 December 2026" in page
    assert ">Complete</button>" not in page
    assert client.post(address(early), {"version": 1}).status_code == 409


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_people_of_other_teams_see_whose_it_is_and_are_refused(sign_in, duty, headers):
    client = sign_in(make_user("engineer", team=make_team("Security")))
    page = client.get(duty.get_absolute_url()).content.decode()
    assert "Engineers of Infrastructure complete this duty." in page
    answer = client.post(address(duty), {"version": 1}, headers=headers)
    assert answer.status_code == 403
    assert "Infrastructure" in answer.content.decode()


def test_a_completion_is_only_ever_posted(sign_in, engineer, duty):
    client = sign_in(engineer)
    for method in ("get", "put", "patch", "delete"):
        assert getattr(client, method)(address(duty)).status_code == 405
    assert client.post(duty.get_absolute_url()).status_code == 405


def test_anonymous_people_are_sent_to_sign_in(client, duty):
    answer = client.post(address(duty), {"version": 1})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("pk", ["0", "99999999999999999999", "-1", "abc", "1.5"])
def test_a_duty_that_does_not_exist_is_not_found(sign_in, engineer, pk):
    client = sign_in(engineer)
    assert client.get(f"/maintenance/duties/{pk}/").status_code == 404
    posted = client.post(f"/maintenance/duties/{pk}/completion/", {"version": 1})
    assert posted.status_code == 404


@pytest.mark.parametrize("name", ["version", "evidence", "note"])
def test_bad_fields_are_refused_or_stored_never_a_fault(sign_in, engineer, team, name):
    client, series = sign_in(engineer), make_series(team=team, evidence_required=True)
    for number, text in enumerate(BAD_TEXTS):
        due = date(2026, 11, 25).replace(year=2000 + number)
        duty = make_duty(due, series=series)
        fields = {"version": 1, "evidence": "Seen.", "note": "", name: text}
        assert client.post(address(duty), fields).status_code in {303, 409, 422}


def test_extra_fields_change_nothing(sign_in, engineer, duty):
    sign_in(engineer).post(
        address(duty),
        {"version": 1, "due_date": "2030-01-01", "team": 99, "state": "missed"},
    )
    duty.refresh_from_db()
    assert (duty.due_date, duty.state) == (date(2026, 11, 30), "completed")


def test_markup_in_a_note_is_shown_as_text(sign_in, engineer, duty):
    client = sign_in(engineer)
    client.post(address(duty), {"version": 1, "note": "<img src=x onerror=alert(1)>"})
    page = client.get(duty.get_absolute_url()).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_page_of_a_duty_reads_it_once(
    sign_in, engineer, duty, django_assert_max_num_queries
):
    client = sign_in(engineer)
    client.get(duty.get_absolute_url())
    with django_assert_max_num_queries(12) as captured:
        client.get(duty.get_absolute_url())
    assert len(own_queries(captured)) == 1
