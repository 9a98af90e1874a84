"""Signing in gives nothing away, slows down guessing, and starts a fresh session."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _no_limits_from_earlier_tests(db: None) -> None:
    cache.clear()


def attempt(client: Client, email: str, password: str, **more: str) -> object:
    return client.post(LOGIN, {"login": email, "password": password}, **more)  # type: ignore[arg-type]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_an_unknown_address_is_answered_like_a_wrong_password(viewer: User) -> None:
    pages = [
        Client()
        .post(LOGIN, {"login": email, "password": "wrong"})
        .context["form"]
        .errors
        for email in (viewer.email, "nobody@test.example")
    ]
    assert pages[0] == pages[1]
    assert pages[0]


def test_guessing_one_account_is_stopped_even_for_the_right_password(
    viewer: User,
) -> None:
    for number in range(5):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        attempt(client, viewer.email, f"wrong password {number}")
    late = Client(REMOTE_ADDR="203.0.113.99")
    attempt(late, viewer.email, PASSWORD)
    assert not signed_in(late)


def test_an_invented_forwarded_address_does_not_buy_more_guesses(viewer: User) -> None:
    client = Client()
    statuses = {
        client.post(
            LOGIN,
            {"login": f"nobody.{number}@test.example", "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code
        for number in range(35)
    }
    assert 429 in statuses


def test_a_session_key_from_before_sign_in_is_worth_nothing(viewer: User) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    attempt(client, viewer.email, PASSWORD)
    assert signed_in(client)
    assert client.session.session_key != before


def test_signing_in_leads_only_to_pages_of_the_portal(viewer: User) -> None:
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        cache.clear()
        response = Client().post(
            LOGIN, {"login": viewer.email, "password": PASSWORD, "next": target}
        )
        assert response.headers["Location"] == "/"


def test_nobody_signs_up(client: Client) -> None:
    url = reverse("account_signup")
    data = {
        "email": "new@test.example",
        "password1": "four unrelated words here",
        "password2": "four unrelated words here",
    }
    assert "invitation" in client.get(url).content.decode()
    client.post(url, data)
    assert not User.objects.filter(email="new@test.example").exists()


def test_the_list_of_sessions_ends_the_others(viewer: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        attempt(client, viewer.email, PASSWORD)
    page = here.get(reverse("usersessions_list"))
    assert page.context["session_count"] == 2
    here.post(reverse("usersessions_list"))
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
