"""Home shows what needs the person, and says so when nothing does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.web import home
from portal.web.home import HomeRow, Section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_sections", {})


def row(title: str) -> HomeRow:
    return HomeRow(title, "/teams/", "Details", timezone.now(), "Look", "warn")


def test_sections_come_in_order_with_one_action_a_row(
    sign_in: Callable[..., Client], viewer: User
) -> None:
    home.register(Section("later", "Later", 20, lambda _: [row("A duty")]))
    home.register(Section("first", "First", 10, lambda _: [row("An <b>incident")]))
    page = sign_in(viewer).get("/").content.decode()
    assert page.index("First") < page.index("Later")
    assert "An &lt;b&gt;incident" in page
    assert "Look" in page


def test_empty_and_foreign_sections_are_not_shown(
    sign_in: Callable[..., Client], viewer: User
) -> None:
    home.register(Section("none", "An empty list", 10, lambda _: []))
    audit = "audit.view_auditevent"
    home.register(
        Section(
            "secret", "For auditors", 20, lambda _: [row("A leak")], permission=audit
        )
    )
    page = sign_in(viewer).get("/").content.decode()
    assert "An empty list" not in page
    assert "A leak" not in page
    assert "Nothing needs you" in page


def test_the_page_refreshes_its_list_alone(
    sign_in: Callable[..., Client], viewer: User
) -> None:
    answer = sign_in(viewer).get("/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 30s"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_an_empty_home_costs_little(
    sign_in: Callable[..., Client], viewer: User, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(viewer)
    client.get("/")
    with django_assert_max_num_queries(6):
        client.get("/")
