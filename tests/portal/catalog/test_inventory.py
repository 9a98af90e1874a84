"""The inventory's pages: what they show, to whom, and that they never break."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.catalog import actions, related
from portal.catalog.models import RefreshRequest, Resource
from portal.catalog.search import resources, services
from tests.factories import make_user
from tests.portal.catalog.factories import make_refresh, make_resource, make_service

pytestmark = pytest.mark.django_db
LIST = "/inventory/"
HTMX = {"HX-Request": "true"}
SignIn = Callable[..., Client]


@pytest.fixture
def reader(sign_in: SignIn, viewer: User) -> Client:
    return sign_in(viewer)


@pytest.fixture
def worker(sign_in: SignIn, engineer: User) -> Client:
    return sign_in(engineer)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_list_shows_what_the_account_holds(reader: Client) -> None:
    make_resource("web-77")
    make_resource("gone-01", vanished_at=timezone.now())
    page = reader.get(LIST)
    assert page.status_code == 200
    assert "web-77" in text(page)
    assert "203.0.113.77" in text(page)
    assert "4 GiB" in text(page)
    assert "gone-01" not in text(page)
    assert "gone-01" in text(reader.get(LIST, {"gone": "on"}))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "WEB"}, {"web-1", "web-2"}),
        ({"q": "203.0.113.9"}, {"web-2"}),
        ({"region": "nyc3"}, {"web-2"}),
        ({"tag": "cache"}, {"cache-1"}),
        ({"kind": "database"}, {"pg-1"}),
        ({"region": "fra1", "tag": "web"}, {"web-1"}),
        ({"region": "atlantis"}, {"web-1", "web-2", "cache-1", "pg-1"}),
    ],
)
def test_the_list_can_be_narrowed(
    reader: Client, query: dict[str, str], found: set[str]
) -> None:
    make_resource("web-1")
    make_resource("web-2", region="nyc3", facts={"public_ip": "203.0.113.99"})
    make_resource("cache-1", tags=["cache"])
    make_resource("pg-1", kind="database", tags=[])
    page = reader.get(LIST, query)
    assert {row.name for row in page.context["page"].rows} == found


def test_the_list_goes_on_where_the_page_ended(reader: Client) -> None:
    for number in range(55):
        make_resource(f"web-{number:03}")
    first = reader.get(LIST).context["page"]
    second = reader.get(LIST, {"after": first.next_cursor}).context["page"]
    assert len(first.rows) == 50
    assert [row.name for row in second.rows] == [f"web-{n:03}" for n in range(50, 55)]


def test_the_list_costs_the_same_however_long_it_is(
    reader: Client, django_assert_max_num_queries: Any
) -> None:
    make_refresh(finished_at=timezone.now(), read_at=timezone.now())
    for number in range(30):
        make_resource(f"web-{number}")
    reader.get(LIST)
    with django_assert_max_num_queries(12):
        reader.get(LIST)


def test_htmx_gets_the_results_alone(reader: Client) -> None:
    make_resource("web-77")
    part = reader.get(LIST, headers=HTMX)
    assert "web-77" in text(part)
    assert "<html" not in text(part)
    assert 'id="inventory-results"' in text(part)
    assert "HX-Request" in part["Vary"]


BAD = [
    "\x00",
    "%00",
    "9" * 5000,
    "-1",
    "'; --",
    "\u202e",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "[]",
    "{}",
    "1e400",
    "é" * 200,
]


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("name", ["q", "kind", "region", "tag", "gone", "after"])
def test_no_parameter_breaks_the_list(reader: Client, name: str, value: str) -> None:
    make_resource()
    assert reader.get(LIST, {name: value}).status_code in {200, 400}


def test_a_refused_filter_is_explained(reader: Client) -> None:
    page = text(reader.get(LIST, {"q": "x" * 200}))
    assert "at most 100 characters" in page


@pytest.mark.parametrize(
    "path",
    [
        "/inventory/99999/",
        f"/inventory/{'9' * 300}/",
        "/services/nothing/",
        f"/services/{'x' * 3000}/",
    ],
)
def test_what_is_not_there_is_404(reader: Client, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_the_resource_page_tells_the_facts(reader: Client) -> None:
    found = make_resource()
    shop = make_service("Shop")
    found.services.add(shop)
    page = text(reader.get(found.get_absolute_url()))
    for words in ("2 vCPU, 4 GiB", "80 GiB", "$24.00 a month", "10.132.0.77", "Shop"):
        assert words in page
    assert shop.get_absolute_url() in page


def test_a_resource_that_is_gone_says_since_when(reader: Client) -> None:
    found = make_resource(vanished_at=timezone.now())
    assert "No longer in the account" in text(reader.get(found.get_absolute_url()))


def test_a_resource_known_by_name_only_still_has_a_page(reader: Client) -> None:
    found = Resource.objects.create(urn="do:droplet:5", name="unread")
    assert "Not read yet" in text(reader.get(found.get_absolute_url()))
    assert reader.get(LIST).status_code == 200


def test_names_are_text_and_never_markup(reader: Client) -> None:
    found = make_resource("<script>alert(1)</script>", tags=["<b>"])
    for path in (LIST, found.get_absolute_url()):
        assert "<script>alert" not in text(reader.get(path))


def test_the_resource_page_costs_the_same_with_many_services(
    reader: Client, django_assert_max_num_queries: Any
) -> None:
    found = make_resource()
    found.services.set([make_service(f"Service {n}") for n in range(8)])
    reader.get(found.get_absolute_url())
    with django_assert_max_num_queries(12):
        reader.get(found.get_absolute_url())


def test_the_pages_say_how_fresh_they_are_and_what_went_wrong(reader: Client) -> None:
    now = timezone.now()
    make_refresh(finished_at=now, read_at=now - timedelta(minutes=2))
    assert "2 min ago" in text(reader.get(LIST))
    make_refresh(finished_at=now, error="DigitalOcean gave no usable answer.")
    page = text(reader.get(LIST))
    assert "DigitalOcean gave no usable answer." in page
    assert "What you see is as of" in page


def test_a_silent_worker_is_noticed(reader: Client) -> None:
    old = timezone.now() - timedelta(hours=1)
    make_refresh(finished_at=old, read_at=old)
    assert "The workers may be down" in text(reader.get(LIST))


def test_a_refresh_of_the_account_is_one_row_and_a_redirect(worker: Client) -> None:
    response = worker.post(reverse("catalog:inventory_refresh"))
    assert (response.status_code, response["Location"]) == (303, LIST)
    request = RefreshRequest.objects.get()
    assert request.kind == "account"
    page = text(worker.get(LIST))
    assert "reading" in page.lower()
    assert "every 2s" in page


def test_a_refresh_by_htmx_polls_the_page_it_came_from(worker: Client) -> None:
    here = "http://testserver/inventory/?tag=web"
    response = worker.post(
        reverse("catalog:inventory_refresh"),
        headers={**HTMX, "HX-Current-URL": here},
    )
    assert response.status_code == 200
    assert 'hx-get="/inventory/?tag=web"' in text(response)
    assert "<html" not in text(response)
    RefreshRequest.objects.update(finished_at=timezone.now(), read_at=timezone.now())
    assert "every 2s" not in text(worker.get(LIST, headers=HTMX))


def test_a_refresh_of_one_resource(worker: Client) -> None:
    found = make_resource()
    url = reverse("catalog:resource_refresh", args=[found.pk])
    response = worker.post(url)
    assert (response.status_code, response["Location"]) == (
        303,
        found.get_absolute_url(),
    )
    assert RefreshRequest.objects.get().target == found.urn
    again = worker.post(url, headers=HTMX)
    assert f'id="resource-{found.pk}-facts"' in text(again)
    assert RefreshRequest.objects.count() == 1


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_who_only_reads_may_not_have_it_read_again(sign_in: SignIn, role: str) -> None:
    client = sign_in(make_user(role))
    found = make_resource()
    assert "Refresh now" not in text(client.get(LIST))
    for url in (
        reverse("catalog:inventory_refresh"),
        reverse("catalog:resource_refresh", args=[found.pk]),
    ):
        assert client.post(url).status_code == 403
    assert not RefreshRequest.objects.exists()


def test_an_account_without_a_role_sees_nothing(sign_in: SignIn) -> None:
    client = sign_in(make_user())
    found = make_resource()
    shop = make_service()
    paths = (LIST, found.get_absolute_url(), "/services/", shop.get_absolute_url())
    for path in paths:
        assert client.get(path).status_code == 403


def test_methods_and_strangers_are_refused(client: Client, worker: Client) -> None:
    found = make_resource()
    stranger = Client()
    for path in (LIST, found.get_absolute_url(), "/services/"):
        assert worker.post(path).status_code == 405
        assert stranger.get(path).status_code == 302
    for name, args in (("inventory_refresh", []), ("resource_refresh", [found.pk])):
        url = reverse(f"catalog:{name}", args=args)
        assert worker.get(url).status_code == 405
        assert stranger.post(url).status_code == 302


def test_refreshing_what_is_not_there_is_404(worker: Client) -> None:
    url = reverse("catalog:resource_refresh", args=[99999])
    assert worker.post(url).status_code == 404


def test_the_services_name_their_team_and_their_resources(reader: Client) -> None:
    shop = make_service("Shop", summary="Where people buy")
    shop.resources.add(make_resource("web-77"))
    shop.resources.add(make_resource("old-1", vanished_at=timezone.now()))
    page = reader.get("/services/")
    assert page.context["page"].rows[0].resource_count == 1
    detail = text(reader.get(shop.get_absolute_url()))
    assert "web-77" in detail
    assert shop.team.name in detail


def test_the_services_cost_the_same_however_many(
    reader: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_service(f"Service {number}").resources.add(make_resource(f"w-{number}"))
    reader.get("/services/")
    with django_assert_max_num_queries(10):
        reader.get("/services/")


def test_features_add_buttons_and_related_things(
    worker: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_actions", {})
    monkeypatch.setattr(related, "_of_resources", {})
    monkeypatch.setattr(related, "_of_services", {})
    found, shop = make_resource(), make_service()
    may = "catalog.add_refreshrequest"
    actions.register(actions.Action("Do it", lambda r: f"/do/{r.pk}/", permission=may))
    actions.register(actions.Action("Senseless", lambda r: ""))
    item = related.Item("INC-7 Shop is down", "/x/", "since noon", "Open", "bad")
    related.register(related.Related("Incidents", lambda r: [item]))
    related.register(
        related.Related("Hidden things", lambda r: [], permission="a.secret")
    )
    related.register(related.RelatedToService("Owners", lambda s: [item]))
    page = text(worker.get(found.get_absolute_url()))
    assert f"/do/{found.pk}/" in page
    assert "Senseless" not in page
    assert "INC-7 Shop is down" in page
    assert "Hidden things" not in page
    assert "INC-7 Shop is down" in text(worker.get(shop.get_absolute_url()))
    found.vanished_at = timezone.now()
    assert actions.of_resource(found, make_user("engineer")) == []


def test_buttons_are_hidden_from_those_who_may_not(viewer: User) -> None:
    actions_of_viewer = actions.of_resource(make_resource(), viewer)
    assert "Do it" not in [button.label for button in actions_of_viewer]


def test_search_finds_resources_and_services(viewer: User) -> None:
    make_resource("web-77")
    make_service("Webshop")
    assert [hit.title for hit in resources(viewer, "web")] == ["web-77"]
    assert [hit.title for hit in services(viewer, "web")] == ["Webshop"]
    assert resources(make_user(), "web") == []
    assert services(make_user(), "web") == []
