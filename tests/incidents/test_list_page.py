import pytest
from django.urls import reverse

from incidents import related, services
from incidents.models import Incident
from portal.catalog.models import Resource
from tests.factories import make_team, make_user
from tests.incidents.factories import (
    age,
    make_incident,
    make_resolved,
    make_service,
    own_queries,
)

pytestmark = pytest.mark.django_db
LIST = reverse("incidents:list")


def titles(response) -> list[str]:
    return [row.incident.title for row in response.context["rows"]]


def test_open_incidents_come_gravest_first_and_then_newest(sign_in, engineer):
    for title, severity in [
        ("Old minor", "minor"),
        ("Old critical", "critical"),
        ("New critical", "critical"),
        ("Major", "major"),
    ]:
        make_incident(engineer, title=title, severity=severity)
    make_resolved(engineer, title="Gone")
    page = sign_in(engineer).get(LIST)
    assert titles(page) == ["New critical", "Old critical", "Major", "Old minor"]


def test_all_is_by_age_alone(sign_in, viewer, engineer):
    make_incident(engineer, title="First", severity="critical")
    make_resolved(engineer, title="Second")
    page = sign_in(viewer).get(LIST, {"tab": "all"})
    assert titles(page) == ["Second", "First"]


def test_mine_holds_what_i_declared_answered_or_lead(
    sign_in, engineer, second_engineer
):
    make_incident(second_engineer, title="Theirs")
    make_incident(engineer, title="Declared")
    answered = make_incident(second_engineer, title="Answered")
    services.acknowledge(answered, actor=engineer)
    led = make_incident(second_engineer, title="Led")
    services.assign_lead(led, lead=engineer, actor=second_engineer)
    page = sign_in(engineer).get(LIST, {"tab": "mine"})
    assert set(titles(page)) == {"Declared", "Answered", "Led"}


def test_filters_narrow_by_severity_title_and_number(sign_in, engineer):
    make_incident(engineer, title="Checkout fails", severity="critical")
    wanted = make_incident(engineer, title="Search is slow", severity="minor")
    client = sign_in(engineer)
    for query in ({"severity": "minor"}, {"q": "SEARCH"}, {"q": wanted.number}):
        assert titles(client.get(LIST, query)) == ["Search is slow"]


def test_the_response_clock_is_told_in_words(sign_in, engineer):
    make_incident(engineer, severity="critical")
    late = make_incident(engineer, title="Late")
    age(late, minutes=42)
    answered = make_incident(engineer, title="Answered")
    services.acknowledge(answered, actor=engineer)
    page = sign_in(engineer).get(LIST)
    for words in ("5 min left", "breached 12 min ago", "answered in 0 s"):
        assert words in page.content.decode()


def test_a_title_is_shown_as_it_was_typed_and_never_run(sign_in, engineer):
    make_incident(engineer, title="<script>alert(1)</script> & \u202eevil")
    page = sign_in(engineer).get(LIST).content.decode()
    assert "<script>alert(1)" not in page
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt; &amp; \u202eevil</bdi>" in page


def test_htmx_gets_the_rows_alone(sign_in, engineer):
    make_incident(engineer)
    fragment = sign_in(engineer).get(LIST, headers={"HX-Request": "true"})
    assert fragment.content.strip().startswith(b'<div id="incidents-results"')
    assert "HX-Request" in fragment.headers["Vary"]


def test_counts_stop_at_99(sign_in, engineer):
    first = make_incident(engineer)
    for number in range(100):
        first.pk, first.client_key = None, f"00000000-0000-0000-0000-{number:012}"
        first._state.adding = True
        first.save(force_insert=True)
    tabs = sign_in(engineer).get(LIST).context["tabs"]
    assert [tab.count for tab in tabs] == ["99+", "99+", "99+"]


def test_the_second_page_follows_the_first(sign_in, engineer):
    for number in range(30):
        make_incident(engineer, title=f"Number {number}")
    client = sign_in(engineer)
    first = client.get(LIST)
    second = client.get(LIST, {"after": first.context["page"].next_cursor})
    assert len(titles(first)) == 25
    assert titles(second) == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_an_empty_list_says_when_the_last_one_was_resolved(sign_in, viewer, engineer):
    client = sign_in(viewer)
    assert "No open incidents" in client.get(LIST).content.decode()
    gone = make_resolved(engineer)
    assert gone.number in client.get(LIST).content.decode()


def test_an_empty_filter_offers_to_clear_it(sign_in, viewer):
    page = sign_in(viewer).get(LIST, {"q": "nothing like it"}).content.decode()
    assert "No incidents match" in page
    assert "Clear filters" in page


def test_the_list_costs_the_same_queries_with_fifty_rows(
    sign_in, engineer, django_assert_max_num_queries
):
    teams = [make_team(f"Team {letter}") for letter in "ABCDE"]
    people = [make_user("engineer") for _ in range(5)]
    shop = make_service("Shop", team=teams[0])
    for number in range(50):
        incident = make_incident(engineer, team=teams[number % 5])
        services.acknowledge(incident, actor=people[number % 5])
        incident.services.add(shop)
    client = sign_in(engineer)
    client.get(LIST)
    with django_assert_max_num_queries(20) as queries:
        page = client.get(LIST)
    # Rows, their clocks and services, and one bounded count per tab.
    assert own_queries(queries) == 6
    assert len(titles(page)) == 25


def test_an_incident_of_a_service_belongs_to_its_team_and_shows_beside_it(
    sign_in, engineer, team
):
    shop = make_service("Shop", team=team)
    incident = make_incident(engineer, service=shop)
    make_incident(engineer)
    assert incident.team == team
    assert [item.title for item in related.of_service(shop)] == [str(incident)]
    resource = Resource.objects.create(urn="do:droplet:1", name="web-01")
    resource.services.add(shop)
    assert [item.title for item in related.of_resource(resource)] == [str(incident)]
    client = sign_in(engineer)
    for address in (LIST, incident.get_absolute_url()):
        assert "Shop" in client.get(address).content.decode()


def test_somebody_without_a_role_is_told_which_one_reads(sign_in):
    response = sign_in(make_user()).get(LIST)
    assert response.status_code == 403
    assert "viewer" in response.content.decode().lower()


def test_searching_everywhere_finds_incidents_for_those_who_may_read(engineer):
    incident = make_incident(engineer, title="Checkout fails")
    assert [hit.title for hit in related.hits(engineer, "checkout")] == [str(incident)]
    assert related.hits(make_user(), "checkout") == []


def test_the_start_page_tells_mine_from_what_nobody_has_answered(
    engineer, second_engineer
):
    own = make_incident(engineer, severity="critical")
    other = make_incident(second_engineer)
    make_resolved(engineer)
    assert [row.title for row in related.mine(engineer)] == [str(own)]
    assert [row.title for row in related.unanswered(engineer)] == [str(other)]
    assert related.mine(engineer)[0].detail == "Critical, 5 min left"
    assert Incident.objects.live().count() == 2
