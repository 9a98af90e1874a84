"""Reading the inventory: the list, one credential, and where else they show up."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import escape

from portal.catalog import related as beside
from secrets_audit import related, standing
from secrets_audit.models import today
from tests.factories import make_team, make_user
from tests.incidents.factories import make_service
from tests.maintenance.corpus import BAD_TEXTS
from tests.secrets_audit.factories import make_credential, make_retired

pytestmark = pytest.mark.django_db
LIST = reverse("secrets:list")
HX = {"HX-Request": "true"}


def names(response) -> list[str]:
    return [row.name for row in response.context["page"].rows]


@pytest.mark.parametrize(
    ("due_in", "kind", "words"),
    [
        (-12, "overdue", "Overdue 12 days"),
        (-1, "overdue", "Overdue 1 day"),
        (0, "soon", "Due today"),
        (1, "soon", "Due in 1 day"),
        (14, "soon", "Due in 14 days"),
        (15, "fine", "Due in 15 days"),
    ],
)
def test_a_credential_is_due_from_a_fortnight_before(due_in, kind, words):
    day = date(2026, 11, 23)
    due = day + timedelta(days=due_in)
    stands = standing.of(due_on=due, today=day, retired=False)
    assert (stands.kind, stands.words) == (kind, words)
    assert standing.of(due_on=due, today=day, retired=True).words == "Retired"


def test_the_day_is_the_companys_not_the_servers(settings):
    settings.PORTAL_TIME_ZONE = "Europe/Berlin"
    with time_machine.travel("2026-11-23T23:30:00Z", tick=False):
        assert today() == date(2026, 11, 24)


def test_the_first_due_comes_first_and_retired_ones_are_away(sign_in, engineer):
    make_credential(name="Fine", age=3)
    make_credential(name="Overdue", age=120)
    make_credential(name="Soon", age=80)
    make_retired(name="Gone", age=300)
    assert names(sign_in(engineer).get(LIST)) == ["Overdue", "Soon", "Fine"]


def test_filters_narrow_by_standing_kind_team_and_text(sign_in, auditor):
    security = make_team("Security", slug="security")
    make_credential(name="Fine", kind="ssh_key", public_id="deploy@bastion")
    make_credential(name="Overdue", age=120, team=security)
    make_credential(name="Soon", age=80)
    make_retired(name="Gone")
    client = sign_in(auditor)
    for query, expected in (
        ({"show": "due"}, ["Overdue", "Soon"]),
        ({"show": "overdue"}, ["Overdue"]),
        ({"show": "retired"}, ["Gone"]),
        ({"kind": "ssh_key"}, ["Fine"]),
        ({"team": "security"}, ["Overdue"]),
        ({"q": "DEPLOY@"}, ["Fine"]),
        ({"q": "nothing like it"}, []),
    ):
        assert names(client.get(LIST, query)) == expected


def test_htmx_gets_the_rows_alone(sign_in, engineer):
    make_credential()
    fragment = sign_in(engineer).get(LIST, headers=HX)
    assert fragment.content.strip().startswith(b'<div id="credential-results"')
    assert "HX-Request" in fragment.headers["Vary"]


def test_the_second_page_follows_the_first(sign_in, engineer, team):
    for number in range(30):
        make_credential(actor=engineer, team=team, name=f"Number {number:02}")
    client = sign_in(engineer)
    first = client.get(LIST)
    second = client.get(LIST, {"after": first.context["page"].next_cursor})
    assert len(names(first)) == 25
    assert names(second) == [f"Number {number}" for number in range(25, 30)]


def test_the_list_costs_the_same_queries_with_fifty_rows(
    sign_in, engineer, django_assert_max_num_queries
):
    teams = [make_team(f"Team {letter}") for letter in "ABCDE"]
    shop = make_service("Shop", team=teams[0])
    for number in range(50):
        make_credential(team=teams[number % 5], services=[shop])
    client = sign_in(engineer)
    client.get(LIST)
    with django_assert_max_num_queries(16) as queries:
        assert len(names(client.get(LIST))) == 25
    assert sum('"secrets_audit_' in query["sql"] for query in queries) == 2


def test_the_page_of_one_costs_few_queries(
    sign_in, engineer, team, django_assert_max_num_queries
):
    services = [make_service(f"Shop{number}", team=team) for number in range(9)]
    credential = make_credential(team=team, services=services, public_id="shop_api")
    client = sign_in(engineer)
    client.get(credential.get_absolute_url())
    with django_assert_max_num_queries(14) as queries:
        page = client.get(credential.get_absolute_url()).content.decode()
    assert sum('"secrets_audit_' in query["sql"] for query in queries) == 2
    for words in ("shop_api", "Shop8", "Due in 90 days", "Never kept in the portal"):
        assert words in page


def test_what_people_typed_is_shown_and_never_run(sign_in, engineer, team):
    evil = "<script>alert(1)</script> & \u202eevil"
    credential = make_credential(team=team, name=evil, notes=evil, public_id=evil)
    client = sign_in(engineer)
    for url in (LIST, credential.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; \u202eevil" in page


def test_an_auditor_reads_and_is_offered_nothing_to_change(sign_in, auditor):
    credential = make_credential()
    client = sign_in(auditor)
    assert "Register a credential" not in client.get(LIST).content.decode()
    page = client.get(credential.get_absolute_url()).content.decode()
    assert "/retirement/" not in page


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_others_are_told_who_may_read(sign_in, role):
    credential = make_credential()
    client = sign_in(make_user(role))
    for url in (LIST, credential.get_absolute_url()):
        response = client.get(url)
        assert response.status_code == 403
        assert "engineers, auditors and" in response.content.decode()
    assert related.hits(make_user(role), credential.name) == []


@pytest.mark.parametrize("name", ["q", "kind", "team", "show", "after"])
@pytest.mark.parametrize("value", BAD_TEXTS)
def test_hostile_parameters_are_never_an_error_of_ours(sign_in, engineer, name, value):
    response = sign_in(engineer).get(LIST, {name: value})
    assert response.status_code in {200, 400}


def test_an_empty_inventory_says_what_belongs_here(sign_in, engineer):
    client = sign_in(engineer)
    assert "No credentials yet" in client.get(LIST).content.decode()
    assert "No credentials match" in client.get(LIST, {"q": "x"}).content.decode()


def test_nothing_is_posted_to_the_list(sign_in, client, engineer):
    assert client.get(LIST).headers["Location"].startswith("/account/login/")
    assert sign_in(engineer).post(LIST).status_code == 405


def test_home_counts_what_is_due_of_the_own_teams(engineer, lead, auditor):
    make_credential(age=80)
    make_credential(age=120)
    make_credential(age=120, team=make_team("Security"))
    make_credential(age=1)
    make_retired(age=300)
    for person in (engineer, lead):
        (row,) = related.due(person)
        assert row.title == "2 credentials to rotate"
        assert row.detail == "1 overdue"
        assert row.tone == "bad"
    assert related.due(auditor) == []
    (row,) = related.due(make_user("administrator"))
    assert row.title == "3 credentials to rotate"


def test_home_leads_to_what_it_counts(sign_in, engineer, team):
    make_credential(team=team, age=85, name="Soon")
    make_credential(team=team, age=1)
    make_credential(team=make_team("Security"), age=85)
    client = sign_in(engineer)
    page = client.get(reverse("dashboard:home")).content.decode()
    assert "Credentials due within 14 days" in page
    (row,) = related.due(engineer)
    assert escape(row.url) in page
    assert names(client.get(row.url)) == ["Soon"]


def test_search_finds_them_by_name_and_public_id(sign_in, auditor):
    make_credential(name="Key of the bastion", public_id="deploy@bastion")
    client = sign_in(auditor)
    for text in ("bastion", "deploy@"):
        page = client.get(reverse("dashboard:search"), {"q": text})
        assert "Key of the bastion" in page.content.decode()


def test_a_service_shows_its_credentials_to_those_who_may(sign_in, engineer, team):
    shop = make_service("Shop", team=team)
    make_credential(team=team, name="Key of the shop", services=[shop], age=120)
    make_retired(team=team, name="Old key", services=[shop])
    page = sign_in(engineer).get(shop.get_absolute_url()).content.decode()
    assert "Key of the shop" in page
    assert "Overdue 30 days" in page
    assert "Old key" not in page
    labels = [group.label for group in beside.of_service(shop, make_user("viewer"))]
    assert "Credentials" not in labels
