"""The frame of every page and every component, in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.web import navigation
from portal.web.navigation import Entry
from tests.browser.conftest import LOOKS

pytestmark = pytest.mark.urls("tests.portal.web.site")
PLACES = [
    ("Home", "house", 0, True),
    ("Incidents", "siren", 10, True),
    ("Requests", "git-pull-request-arrow", 20, False),
    ("Approvals", "stamp", 30, True),
    ("Maintenance", "calendar-days", 40, True),
    ("Secrets", "key-round", 50, False),
    ("Audit", "scroll-text", 60, False),
]


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        label: Entry(
            label,
            "styleguide" if label == "Home" else "mfa_index",
            icon,
            order,
            mobile=mobile,
            mobile_label="Calendar" if label == "Maintenance" else "",
            count=(lambda _: 3) if label == "Approvals" else None,
        )
        for label, icon, order, mobile in PLACES
    }
    declare = Entry("Declare incident", "usersessions_list", "siren")
    monkeypatch.setattr(navigation, "_entries", entries)
    monkeypatch.setattr(navigation, "_actions", {"declare": declare})


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_component_is_accessible_and_fits(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    engineer: Any,
    theme: str,
    width: str,
) -> None:
    page = open_page(theme, width)
    sign_in(page, engineer)
    page.goto("/?q=502&severity=critical")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    screenshots(page, f"styleguide-{theme}-{width}")
    fits(page)
    axe(page)
