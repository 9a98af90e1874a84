"""The pages people meet when something is refused, missing or broken."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import User

pytestmark = pytest.mark.urls("tests.portal.web.site")
LOOKS = [("light", "desktop"), ("dark", "phone")]
PAGES = ["suspicious", "forbidden", "nowhere", "handled", "broken", "database"]


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_refusal_is_a_calm_page(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    complaints: list[str],
    engineer: User,
    theme: str,
    width: str,
) -> None:
    page = open_page(theme, width)
    sign_in(page, engineer)
    for name in PAGES:
        page.goto(f"/{name}/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        screenshots(page, f"refusal-{name}-{theme}-{width}")
        fits(page)
        axe(page)
    complaints.clear()


def test_a_late_click_without_script_is_a_page_of_its_own(
    open_page: Callable[..., Page], sign_in: Callable[..., None], engineer: User
) -> None:
    page = open_page(script=False)
    sign_in(page, engineer)
    page.goto("/live/")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "That is no longer possible"
    )
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
