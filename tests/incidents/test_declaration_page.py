import uuid

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.forms import DeclareForm
from incidents.models import Incident
from tests.factories import make_team
from tests.incidents.factories import make_incident

pytestmark = pytest.mark.django_db
NEW = reverse("incidents:new")
HX = {"HX-Request": "true"}


def answers(**fields) -> dict[str, str]:
    return {
        "key": str(uuid.uuid4()),
        "title": "Checkout fails",
        "severity": "critical",
        **fields,
    }


def test_declaring_leads_to_the_incident(sign_in, engineer, team):
    response = sign_in(engineer).post(NEW, answers(team=team.pk))
    incident = Incident.objects.get()
    assert response.status_code == 303
    assert response.headers["Location"] == incident.get_absolute_url()
    assert (incident.severity, incident.team) == ("critical", team)
    assert incident.declared_by == engineer


def test_htmx_is_led_there_too(sign_in, engineer):
    response = sign_in(engineer).post(NEW, answers(), headers=HX)
    assert response.headers["HX-Redirect"] == Incident.objects.get().get_absolute_url()


def test_a_double_click_is_one_incident(sign_in, engineer):
    client, twice = sign_in(engineer), answers()
    places = {client.post(NEW, twice).headers["Location"] for _ in range(2)}
    assert len(places) == Incident.objects.count() == 1


def test_each_severity_says_what_it_means_and_when_somebody_answers(sign_in, engineer):
    page = sign_in(engineer).get(NEW).content.decode()
    for words in ("Customers cannot work", "in 5 min", "in 30 min", "17:00"):
        assert words in page


def test_the_owning_team_moves_the_deadline_shown(sign_in, engineer):
    team = make_team("Tokyo", time_zone="Asia/Tokyo")
    page = sign_in(engineer).get(NEW, {"team": team.pk}).content.decode()
    assert "17:00 JST" in page


def test_an_address_can_fill_the_form_in(sign_in, engineer, team):
    query = {"title": "Search is slow", "severity": "major", "team": team.pk}
    page = sign_in(engineer).get(NEW, query).content.decode()
    assert 'value="Search is slow"' in page
    assert 'value="major" checked' in page
    assert f'<option value="{team.pk}" selected>' in page


def test_what_an_address_may_not_fill_in_is_left_out(sign_in, engineer):
    query = {"title": "x" * 201, "severity": "worst", "team": "-1"}
    page = sign_in(engineer).get(NEW, query)
    assert page.status_code == 400
    assert "checked" not in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": " \n\t "},
        {"title": "x" * 201},
        {"title": "a\x00b"},
        {"severity": ""},
        {"severity": "worst"},
        {"severity": "\x00"},
        {"team": "abc"},
        {"team": "1e400"},
        {"team": "9" * 40},
        {"team": "\x00"},
        {"key": ""},
        {"key": "not-a-uuid"},
        {"key": "\x00"},
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_form_that_cannot_be_right_comes_back_with_the_reason(
    sign_in, engineer, wrong, htmx
):
    headers = HX if htmx else {}
    response = sign_in(engineer).post(NEW, answers(**wrong), headers=headers)
    assert response.status_code == 422
    assert "attention" in response.content.decode()
    assert not Incident.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "approver", "auditor", "administrator"])
def test_other_roles_are_told_which_role_declares(request, sign_in, role):
    client = sign_in(request.getfixturevalue(role))
    for response in (client.get(NEW), client.post(NEW, answers())):
        assert response.status_code == 403
        assert "engineer" in response.content.decode().lower()
    assert not Incident.objects.exists()


def test_a_form_cannot_set_what_it_does_not_ask_for(sign_in, engineer, viewer):
    sign_in(engineer).post(
        NEW,
        answers(
            status="resolved",
            declared_by=viewer.pk,
            declared_at="2020-01-01",
            lead=viewer.pk,
            version=99,
            id=77,
        ),
    )
    incident = Incident.objects.get()
    assert (incident.status, incident.declared_by) == ("open", engineer)
    assert (incident.lead, incident.version) == (None, 1)
    assert incident.declared_at.year > 2020


def test_a_title_of_several_lines_becomes_one(sign_in, engineer):
    sign_in(engineer).post(NEW, answers(title=" Checkout\r\n  fails "))
    assert Incident.objects.get().title == "Checkout fails"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["key", "title", "severity", "team"]),
        st.text(st.characters(exclude_categories=["Cs"])) | st.just("critical"),
    )
)
def test_no_answer_whatever_breaks_the_form(engineer, data):
    DeclareForm(data).is_valid()


def test_what_is_typed_is_what_is_stored_and_shown(sign_in, engineer):
    client = sign_in(engineer)
    for title in ("Ünïcode 🔥 👩‍🚒", "e\u0301 é", "{{ 7 }}", "%s %(x)s", "'; DROP"):
        client.post(NEW, answers(title=title))
        incident = Incident.objects.latest("pk")
        assert incident.title == title
        assert client.get(incident.get_absolute_url()).status_code == 200
    assert make_incident(engineer)
