"""The pictures of the README, taken from the demo's data by a test run.

They are only kept with PORTAL_WRITE_SCREENSHOTS=1 (`make screenshots`).
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.demo import people, production
from portal.embedded import locations
from tests.browser.changing import Hands
from tests.portal.changes.factories import planned

pytestmark = pytest.mark.django_db(transaction=True)
IMAGES = locations.CHECKOUT / "docs" / "images"
VIEW = {"width": 1280, "height": 900}


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[Page, str], None]:
    folder = IMAGES if os.environ.get("PORTAL_WRITE_SCREENSHOTS") == "1" else tmp_path

    def kept(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 10_000

    return kept


def test_the_pictures_show_the_demo(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    hands: Hands,
    keep: Callable[[Page, str], None],
) -> None:
    people.create()
    production.create()
    engineer, manager, lead = (
        User.objects.get(email=f"{name}@demo.example")
        for name in ("engineer", "manager", "lead")
    )
    change = planned(
        engineer, reason="web-01 swaps under the evening load. Four vCPU carry it."
    )

    home = open_page()
    home.set_viewport_size(VIEW)  # type: ignore[arg-type]
    sign_in(home, lead)
    home.goto("/")
    expect(home.get_by_role("heading", name="Incidents nobody")).to_be_visible()
    keep(home, "home")

    request = open_page()
    request.set_viewport_size(VIEW)  # type: ignore[arg-type]
    sign_in(request, manager, factor=True)
    request.goto(change.get_absolute_url())
    expect(request.get_by_role("button", name="Approve this plan")).to_be_visible()
    keep(request, "request")
