import uuid

import pytest
from django.urls import reverse

from incidents import services
from incidents.models import Incident, TimelineEntry
from tests.factories import make_user
from tests.incidents.factories import (
    age,
    make_incident,
    make_resolved,
    own_queries,
)

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def test_the_page_tells_the_story_and_explains_the_deadline(sign_in, viewer, engineer):
    incident = make_incident(engineer, title="Checkout fails", severity="minor")
    services.acknowledge(incident, actor=engineer)
    page = sign_in(viewer).get(incident.get_absolute_url()).content.decode()
    for words in (
        "Checkout fails",
        incident.number,
        "declared the incident",
        "acknowledged",
        "Why this deadline?",
        "The next business day is",
        "Minor, version 1",
    ):
        assert words in page


def test_a_viewer_reads_and_is_offered_nothing_to_change(sign_in, viewer, engineer):
    page = sign_in(viewer).get(make_incident(engineer).get_absolute_url())
    text = page.content.decode()
    assert "Acknowledge</button>" not in text
    assert "Post update" not in text
    assert "Change the lead" not in text


def test_an_engineer_is_offered_what_the_state_allows(sign_in, engineer):
    client = sign_in(engineer)
    incident = make_incident(engineer)

    def offered() -> set[str]:
        text = client.get(incident.get_absolute_url()).content.decode()
        words = ("Acknowledge</button>", "Resolve</a>", "Reopen</a>", "Post update")
        return {word for word in words if word in text}

    assert offered() == {"Acknowledge</button>", "Resolve</a>", "Post update"}
    services.acknowledge(incident, actor=engineer)
    assert offered() == {"Resolve</a>", "Post update"}
    services.resolve(incident, resolution="Restarted.", actor=engineer)
    assert offered() == {"Reopen</a>"}


def test_a_page_with_fifty_entries_costs_a_fixed_number_of_queries(
    sign_in, engineer, django_assert_max_num_queries
):
    incident = make_incident(engineer)
    writers = [make_user("engineer") for _ in range(5)]
    for number in range(60):
        services.add_update(
            incident,
            body=f"Update {number}",
            client_key=uuid.uuid4(),
            actor=writers[number % 5],
        )
    client = sign_in(engineer)
    client.get(incident.get_absolute_url())
    with django_assert_max_num_queries(20) as queries:
        page = client.get(incident.get_absolute_url())
    # Incident, clocks, services and entries.
    assert own_queries(queries) == 4
    assert len(page.context["page"].rows) == 50
    older = client.get(
        incident.get_absolute_url(), {"after": page.context["page"].next_cursor}
    )
    assert len(older.context["page"].rows) == 11


def test_polling_says_what_is_new_and_leaves_the_timeline_alone(
    sign_in, engineer, second_engineer
):
    incident = make_incident(engineer)
    seen = TimelineEntry.objects.latest("pk").pk
    url = reverse("incidents:timeline", args=[incident.pk])
    client = sign_in(engineer)

    def poll(version: int) -> str:
        query = {"seen": seen, "version": version}
        return client.get(url, query, headers=HX).content.decode()

    assert "new entr" not in poll(1)
    services.acknowledge(incident, actor=second_engineer)
    fragment = poll(1)
    assert "1 new entry" in fragment
    assert 'class="timeline"' not in fragment
    assert f'id="incident-{incident.pk}-actions" hx-swap-oob="true"' in fragment
    assert "-actions" not in poll(2)


def test_showing_what_is_new_brings_the_whole_timeline(sign_in, engineer):
    incident = make_incident(engineer)
    url = reverse("incidents:timeline", args=[incident.pk])
    fragment = sign_in(engineer).get(url, headers=HX).content.decode()
    assert 'class="timeline"' in fragment
    assert fragment.count('hx-swap-oob="true"') == 5


def test_polling_stops_once_nothing_can_move_any_more(sign_in, engineer):
    incident = make_resolved(engineer)
    url = reverse("incidents:timeline", args=[incident.pk])
    client = sign_in(engineer)
    assert client.get(url, {"seen": 1}, headers=HX).status_code == 200
    Incident.objects.update(resolved_at="2020-01-01T00:00Z")
    stopped = client.get(url, {"seen": 1}, headers=HX)
    assert stopped.status_code == 286
    assert "hx-trigger" not in stopped.content.decode()


def test_the_polled_address_opened_as_a_page_leads_to_the_incident(sign_in, engineer):
    incident = make_incident(engineer)
    response = sign_in(engineer).get(reverse("incidents:timeline", args=[incident.pk]))
    assert response.status_code == 303
    assert response.headers["Location"] == incident.get_absolute_url()


def test_a_late_answer_is_shown_as_late(sign_in, engineer):
    incident = make_incident(engineer)
    age(incident, minutes=35)
    services.acknowledge(incident, actor=engineer)
    page = sign_in(engineer).get(incident.get_absolute_url()).content.decode()
    assert "answered 5 min late" in page
    assert "Response deadline passed" in page


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_an_incident_that_is_not_there_is_not_found(sign_in, engineer, pk):
    client = sign_in(engineer)
    for name in ("detail", "timeline", "resolution", "reopening"):
        assert client.get(reverse(f"incidents:{name}", args=[pk])).status_code == 404
    for name in ("acknowledgement", "updates", "lead", "resolution", "reopening"):
        assert client.post(reverse(f"incidents:{name}", args=[pk])).status_code == 404
