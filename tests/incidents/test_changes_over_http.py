"""Each state resource: forbidden, too late, wrong method, not signed in, fragment."""

import uuid

import pytest
from django.urls import reverse

from incidents import services
from incidents.models import Incident, TimelineEntry
from portal.audit.models import AuditEvent
from tests.incidents.factories import make_incident, make_resolved

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
TEXT = {
    "acknowledgement": {},
    "updates": {"body": "Looking."},
    "lead": {},
    "resolution": {"resolution": "Restarted."},
    "reopening": {"reason": "It is back."},
}
LIVE = ["acknowledgement", "updates", "lead", "resolution"]


def send(client, name, incident, *, person=None, htmx=False):
    data = dict(TEXT[name])
    if name == "updates":
        data["key"] = str(uuid.uuid4())
    if name == "lead":
        data["lead"] = person.pk
    url = reverse(f"incidents:{name}", args=[incident.pk])
    return client.post(url, data, headers=HX if htmx else {})


def ready(name, actor) -> Incident:
    return make_resolved(actor) if name == "reopening" else make_incident(actor)


@pytest.mark.parametrize("name", TEXT)
def test_a_plain_form_leads_back_to_the_incident(
    sign_in, engineer, second_engineer, name
):
    incident = ready(name, second_engineer)
    before = AuditEvent.objects.count()
    response = send(sign_in(engineer), name, incident, person=engineer)
    assert response.status_code == 303
    assert response.headers["Location"] == incident.get_absolute_url()
    assert AuditEvent.objects.filter(actor=engineer).count() >= 1
    assert AuditEvent.objects.exclude(action__startswith="session").count() > before


@pytest.mark.parametrize("name", ["acknowledgement", "updates", "lead"])
def test_htmx_gets_the_parts_that_moved(sign_in, engineer, second_engineer, name):
    incident = make_incident(second_engineer)
    response = send(sign_in(engineer), name, incident, person=engineer, htmx=True)
    text = response.content.decode()
    assert response.status_code == 200
    for part in ("status", "actions", "facts", "timeline"):
        assert f'id="incident-{incident.pk}-{part}"' in text
    assert 'id="announcer"' in text
    assert "<html" not in text


@pytest.mark.parametrize("name", ["resolution", "reopening"])
def test_htmx_is_led_to_the_page_after_the_last_word(sign_in, engineer, name):
    incident = ready(name, engineer)
    response = send(sign_in(engineer), name, incident, htmx=True)
    assert response.headers["HX-Redirect"] == incident.get_absolute_url()


@pytest.mark.parametrize("role", ["viewer", "approver", "auditor", "administrator"])
@pytest.mark.parametrize("name", TEXT)
def test_other_roles_are_told_which_role_may(request, sign_in, engineer, name, role):
    incident = ready(name, engineer)
    client = sign_in(request.getfixturevalue(role))
    rows = TimelineEntry.objects.count()
    response = send(client, name, incident, person=engineer)
    assert response.status_code == 403
    assert "engineer" in response.content.decode().lower()
    assert TimelineEntry.objects.count() == rows


@pytest.mark.parametrize("name", LIVE)
@pytest.mark.parametrize("htmx", [False, True])
def test_who_comes_after_the_resolution_is_told_so(sign_in, engineer, name, htmx):
    incident = make_resolved(engineer)
    client = sign_in(engineer)
    response = send(client, name, incident, person=engineer, htmx=htmx)
    assert response.status_code == 409
    assert incident.number in response.content.decode()
    assert response.headers.get("HX-Retarget") == ("#alerts" if htmx else None)


def test_a_live_incident_is_not_reopened(sign_in, engineer):
    client = sign_in(engineer)
    incident = make_incident(engineer)
    assert send(client, "reopening", incident).status_code == 409
    url = reverse("incidents:reopening", args=[incident.pk])
    assert client.get(url).status_code == 409


def test_a_second_click_on_acknowledge_is_told_who_was_first(
    sign_in, engineer, second_engineer
):
    incident = make_incident(engineer)
    services.acknowledge(incident, actor=second_engineer)
    response = send(sign_in(engineer), "acknowledgement", incident)
    assert response.status_code == 409
    assert second_engineer.name in response.content.decode()


@pytest.mark.parametrize("name", ["acknowledgement", "updates", "lead"])
def test_a_change_is_never_a_get(sign_in, engineer, name):
    incident = make_incident(engineer)
    url = reverse(f"incidents:{name}", args=[incident.pk])
    assert sign_in(engineer).get(url).status_code == 405


@pytest.mark.parametrize("name", TEXT)
def test_nobody_changes_anything_without_signing_in(client, engineer, name):
    incident = ready(name, engineer)
    response = send(client, name, incident, person=engineer)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("name", "field"),
    [("updates", "body"), ("resolution", "resolution"), ("reopening", "reason")],
)
@pytest.mark.parametrize("text", ["", "   ", "x" * 5001, "a\x00b"])
@pytest.mark.parametrize("htmx", [False, True])
def test_words_that_say_nothing_or_too_much_come_back_with_the_form(
    sign_in, engineer, name, field, text, htmx
):
    incident = ready(name, engineer)
    url = reverse(f"incidents:{name}", args=[incident.pk])
    data = {field: text, "key": str(uuid.uuid4())}
    headers = HX if htmx else {}
    response = sign_in(engineer).post(url, data, headers=headers)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()


@pytest.mark.parametrize("chosen", ["", "0", "999999", "1e9", "x", "\x00", "9" * 40])
def test_only_somebody_from_the_list_can_be_made_lead(sign_in, engineer, chosen):
    url = reverse("incidents:lead", args=[make_incident(engineer).pk])
    response = sign_in(engineer).post(url, {"lead": chosen})
    assert response.status_code == 422


def test_an_update_sent_twice_is_told_once(sign_in, engineer):
    incident = make_incident(engineer)
    url = reverse("incidents:updates", args=[incident.pk])
    client, key = sign_in(engineer), str(uuid.uuid4())
    for _ in range(2):
        sent = client.post(url, {"body": "Looking.", "key": key})
        assert sent.status_code == 303
    assert TimelineEntry.objects.filter(kind="update").count() == 1


def test_a_refused_resolution_keeps_what_was_typed(sign_in, engineer):
    url = reverse("incidents:resolution", args=[make_incident(engineer).pk])
    typed = "x" * 5001
    assert typed in sign_in(engineer).post(url, {"resolution": typed}).content.decode()
