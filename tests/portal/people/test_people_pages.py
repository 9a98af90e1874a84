"""The list of accounts and the page of one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Team, User
from portal.people import places
from portal.people.services import accounts
from tests.factories import make_team, make_user
from tests.portal.people.factories import make_invitation

pytestmark = pytest.mark.django_db
LIST = "/people/"


@pytest.fixture
def client_of_administrator(
    sign_in: Callable[..., Client], administrator: User
) -> Client:
    return sign_in(administrator)


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_administrators_and_auditors_see_accounts(
    sign_in: Callable[..., Client], role: str, viewer: User
) -> None:
    client = sign_in(make_user(role))
    page = client.get(LIST).content.decode()
    assert viewer.email in page
    assert ("Invite a person" in page) is (role == "administrator")
    detail = client.get(reverse("people:detail", args=[viewer.pk])).content.decode()
    assert ("Save roles" in detail) is (role == "administrator")


@pytest.mark.parametrize("role", ["viewer", "engineer", "approver"])
def test_others_are_told_who_may(
    sign_in: Callable[..., Client], role: str, administrator: User
) -> None:
    client = sign_in(make_user(role))
    for url in (LIST, reverse("people:detail", args=[administrator.pk])):
        answer = client.get(url)
        assert answer.status_code == 403
        assert "Administrator" in answer.content.decode()
        assert administrator.email not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Ada Adams", "Bo Brown", "Cy Clark", "Root Person"}),
        ("q=ADA", {"Ada Adams"}),
        ("q=bo.brown", {"Bo Brown"}),
        ("role=engineer", {"Ada Adams", "Bo Brown"}),
        ("team=web", {"Bo Brown"}),
        ("state=deactivated", {"Cy Clark"}),
        ("state=active&role=engineer&q=ada", {"Ada Adams"}),
        ("q=nobody", set()),
        ("role=emperor&team=none&state=x&after=y", None),
    ],
)
def test_the_list_is_filtered(
    sign_in: Callable[..., Client], query: str, names: set[str] | None
) -> None:
    root = make_user("administrator", name="Root Person")
    make_user("engineer", name="Ada Adams", email="ada@test.example")
    make_user(
        "engineer",
        name="Bo Brown",
        email="bo.brown@test.example",
        team=make_team("Web"),
    )
    leaver = make_user("viewer", name="Cy Clark", email="cy@test.example")
    accounts.deactivate(leaver, reason="Left.", actor=root)
    answer = sign_in(root).get(f"{LIST}?{query}")
    assert answer.status_code == (200 if names is not None else 400)
    seen = {row.name for row in answer.context["page"].rows}
    assert seen == (names if names is not None else seen)
    if names is None:
        assert len(seen) == 4


def test_pages_follow_each_other(client_of_administrator: Client) -> None:
    for number in range(30):
        make_user("viewer", name=f"Person {number:02}")
    first = client_of_administrator.get(LIST).context["page"]
    second = client_of_administrator.get(LIST, {"after": first.next_cursor}).context[
        "page"
    ]
    seen = [row.pk for row in [*first.rows, *second.rows]]
    assert len(seen) == len(set(seen)) == 31


def test_htmx_gets_the_rows_alone(client_of_administrator: Client) -> None:
    answer = client_of_administrator.get(LIST, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert 'id="people-rows"' in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_the_list_costs_the_same_however_many_people_there_are(
    client_of_administrator: Client, django_assert_max_num_queries: Any
) -> None:
    team = make_team("Web")
    for _ in range(30):
        make_user("engineer", "auditor", team=team, factor=True)
    for _ in range(10):
        make_invitation(team=team)
    client_of_administrator.get(LIST)
    with django_assert_max_num_queries(12):
        client_of_administrator.get(LIST)


def test_the_page_of_an_account_costs_the_same_however_much_it_has(
    client_of_administrator: Client, viewer: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        make_team(f"Team number {number}").memberships.create(user=viewer)
    url = reverse("people:detail", args=[viewer.pk])
    client_of_administrator.get(url)
    with django_assert_max_num_queries(12):
        client_of_administrator.get(url)


def test_the_page_says_whether_a_second_factor_is_enrolled(
    client_of_administrator: Client, viewer: User, approver: User
) -> None:
    for user, words in ((viewer, "Not enrolled"), (approver, "Enrolled")):
        url = reverse("people:detail", args=[user.pk])
        assert words in client_of_administrator.get(url).content.decode()


def test_a_name_is_text_whatever_it_contains(client_of_administrator: Client) -> None:
    make_user("viewer", name="<script>alert(1)</script>", email="x@test.example")
    page = client_of_administrator.get(LIST).content.decode()
    assert "<script>alert(1)" not in page


def test_people_and_teams_are_found_by_those_who_may_see_them(
    administrator: User, viewer: User, team: Team
) -> None:
    assert [hit.title for hit in places.find_people(administrator, viewer.name)]
    assert places.find_people(viewer, administrator.name) == []
    assert [hit.title for hit in places.find_teams(viewer, "infra")] == [team.name]
