"""The search finds what a person may see, on a page and for the palette."""

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import Team, User
from portal.web import search
from portal.web.search import Hit, Source

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_hits_are_grouped_by_what_they_are(
    sign_in: Callable[..., Client], administrator: User, viewer: User, team: Team
) -> None:
    client = sign_in(administrator)
    groups = client.get("/search/", {"q": "in"}).context["groups"]
    assert [group.label for group in groups][-1] == "Teams"
    page = client.get("/search/", {"q": viewer.email}).content.decode()
    assert viewer.name in page


def test_the_palette_gets_options(
    sign_in: Callable[..., Client], viewer: User, team: Team
) -> None:
    client = sign_in(viewer)
    answer = client.get("/search/", {"q": "infra"}, headers=HTMX).content.decode()
    assert 'role="option"' in answer
    assert "<html" not in answer
    answer = client.get("/search/", {"q": "zzzz"}, headers=HTMX).content.decode()
    assert "Nothing found for" in answer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Search everything you may see"),
        (" ", "Search everything you may see"),
        ("a", "at least two letters"),
        ("zzzz", "Nothing found"),
        ("x" * 101, "at most 100"),
    ],
)
def test_the_page_says_why_it_is_empty(
    sign_in: Callable[..., Client], viewer: User, text: str, words: str
) -> None:
    answer = sign_in(viewer).get("/search/", {"q": text})
    assert answer.status_code == (400 if len(text) > 100 else 200)
    assert words in answer.content.decode()


def test_what_was_found_is_text_whatever_it_contains(
    sign_in: Callable[..., Client], viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = Hit("<script>alert(1)</script>", "/teams/", "<b>")
    monkeypatch.setattr(
        search, "_sources", {"x": Source("Things", lambda _user, _text: [hit])}
    )
    client = sign_in(viewer)
    for headers in ({}, HTMX):
        page = client.get("/search/", {"q": "alert"}, headers=headers).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
