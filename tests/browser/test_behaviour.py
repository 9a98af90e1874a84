"""What the small scripts do: search box, shortcuts, toasts, drafts, lost links."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.web import navigation
from portal.web.navigation import Entry

pytestmark = pytest.mark.urls("tests.portal.web.site")


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        "home": Entry("Home", "styleguide", "house", 0, mobile=True),
        "incidents": Entry("Incidents", "usersessions_list", "siren", 1, mobile=True),
        "maintenance": Entry("Maintenance", "mfa_index", "calendar-days", 2),
    }
    declare = {"declare": Entry("Declare incident", "account_email", "siren")}
    monkeypatch.setattr(navigation, "_entries", entries)
    monkeypatch.setattr(navigation, "_actions", declare)


@pytest.fixture
def home(page: Page, sign_in: Callable[..., None], engineer: Any) -> Page:
    sign_in(page, engineer)
    page.goto("/live/")
    return page


def test_the_search_box_opens_finds_places_and_gives_focus_back(
    home: Page, axe: Callable[[Page], None], screenshots: Callable[..., Any]
) -> None:
    home.keyboard.press("Control+k")
    box = home.get_by_role("combobox", name="Search or go to")
    expect(box).to_be_focused()
    expect(home.get_by_role("option")).to_have_count(4)
    box.press_sequentially("inc")
    expect(
        home.get_by_role("option", name="INC-1 Checkout answers 502")
    ).to_be_visible()
    screenshots(home, "palette")
    axe(home)
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("Enter")
    expect(home).to_have_url("/account/sessions/")
    home.go_back()
    home.keyboard.press("Control+k")
    home.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_shortcuts_lead_to_places_and_rest_in_fields(home: Page) -> None:
    home.get_by_label("Update").fill("")
    home.get_by_label("Update").press_sequentially("g i ? c")
    expect(home).to_have_url("/live/")
    home.get_by_label("Update").fill("")
    home.get_by_role("heading", level=1).click()
    home.keyboard.press("?")
    expect(home.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    home.keyboard.press("Escape")
    home.keyboard.press("g")
    home.keyboard.press("m")
    expect(home).to_have_url("/account/2fa/")
    home.keyboard.press("c")
    expect(home).to_have_url("/account/email/")


def test_shortcuts_can_be_turned_off(
    page: Page, sign_in: Callable[..., None], engineer: Any
) -> None:
    engineer.shortcuts = False
    engineer.save()
    sign_in(page, engineer)
    page.goto("/live/")
    page.keyboard.press("?")
    page.keyboard.press("c")
    expect(page).to_have_url("/live/")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_hidden()


def test_rows_are_walked_with_j_and_k_and_the_filter_is_a_key_away(home: Page) -> None:
    home.goto("/")
    home.get_by_role("heading", level=1).click()
    home.keyboard.press("j")
    home.keyboard.press("j")
    expect(home.get_by_role("link", name="Replica lags behind")).to_be_focused()
    home.keyboard.press("k")
    expect(home.get_by_role("link", name="Checkout answers 502")).to_be_focused()
    home.keyboard.press("/")
    expect(home.get_by_label("Text")).to_be_focused()


def test_a_confirmation_is_a_toast_that_can_be_dismissed(home: Page) -> None:
    home.goto("/?toast=1")
    toast = home.get_by_role("status").filter(has_text="Incident declared.")
    expect(toast).to_be_visible()
    home.get_by_role("button", name="Dismiss").click()
    expect(home.get_by_text("Incident declared.")).to_be_hidden()


def test_a_draft_survives_a_reload_and_ends_with_sending(home: Page) -> None:
    home.get_by_label("Update").fill("Half a sentence")
    home.on("dialog", lambda dialog: dialog.accept())
    home.reload()
    expect(home.get_by_label("Update")).to_have_value("Half a sentence")
    home.get_by_role("button", name="Send").click()
    expect(home.get_by_text("Done")).to_be_visible()
    home.goto("/live/")
    expect(home.get_by_label("Update")).to_have_value("")


def test_control_enter_sends(home: Page) -> None:
    home.get_by_label("Update").fill("Looking at it")
    home.get_by_label("Update").press("Control+Enter")
    expect(home.get_by_text("Done")).to_be_visible()


def test_leaving_with_unsaved_words_asks_first(home: Page) -> None:
    asked = []
    home.get_by_label("Update").press_sequentially("Half")
    home.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    home.goto("/")
    assert asked == ["beforeunload"]


def test_a_refusal_appears_in_the_alert_region(home: Page) -> None:
    home.get_by_role("button", name="Acknowledge").click()
    expect(home.get_by_role("alert")).to_contain_text("Bo Sample acknowledged it")
    home.get_by_role("button", name="Decide").click()
    expect(home.get_by_role("alert")).to_contain_text("given by two approvers")


def test_a_failure_says_so_and_offers_to_try_again(
    home: Page, complaints: list[str]
) -> None:
    home.get_by_role("button", name="Break").click()
    expect(home.get_by_role("alert")).to_contain_text("Something broke on our side")
    expect(home.get_by_role("button", name="Try again")).to_be_visible()
    complaints.clear()


def test_an_ended_session_moves_the_whole_page_to_sign_in(home: Page) -> None:
    home.context.clear_cookies()
    home.get_by_role("button", name="Refresh").click()
    expect(home.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "next=%2Flive%2F" in home.url


def test_a_lost_connection_is_said_and_taken_back(
    home: Page, complaints: list[str]
) -> None:
    home.context.set_offline(True)
    expect(home.get_by_text("Connection lost. Showing data from")).to_be_visible()
    home.context.set_offline(False)
    home.get_by_role("button", name="Refresh").click()
    expect(home.get_by_text("Connection lost.")).to_be_hidden()
    complaints.clear()


def test_polling_stops_when_told(home: Page) -> None:
    expect(home.locator("#poll")).to_contain_text("Polled", timeout=10_000)
    asked: list[str] = []
    home.on("request", lambda request: asked.append(request.url))
    home.wait_for_timeout(2500)
    assert not [url for url in asked if "polled" in url]


def test_a_refused_form_moves_focus_to_its_summary(home: Page) -> None:
    home.get_by_role("button", name="Submit").click()
    expect(home.locator("[data-error-summary]")).to_be_focused()


def test_the_rail_stays_as_narrow_as_it_was_left(home: Page) -> None:
    home.get_by_role("button", name="Narrow navigation").click()
    home.reload()
    width = home.locator(".rail").evaluate("element => element.offsetWidth")
    assert width == 56


def test_the_bottom_bar_opens_the_rest(
    open_page: Callable[..., Page], sign_in: Callable[..., None], engineer: Any
) -> None:
    page = open_page(width="phone", script=False)
    sign_in(page, engineer)
    page.goto("/live/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Maintenance").click()
    expect(page).to_have_url("/account/2fa/")
