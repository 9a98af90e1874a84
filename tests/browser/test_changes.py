"""A resize from the wish to the changed droplet, by two people in two browsers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.changes import services
from portal.changes.models import ChangeDecision, ChangeRequest
from tests.browser.changing import REASON, Hands, fill_in
from tests.browser.test_sign_in import code
from tests.portal.changes.factories import planned

pytestmark = pytest.mark.django_db(transaction=True)
REQUEST = re.compile(r"^[^?]+/changes/\d+/$")


def test_a_resize_is_asked_for_approved_watched_and_done(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    engineer: User,
    approver: User,
    hands: Hands,
) -> None:
    asks, decides = open_page(), open_page()
    sign_in(asks, engineer)
    sign_in(decides, approver)
    asks.clock.install()

    asks.goto("/changes/")
    asks.get_by_role("link", name="Resize a droplet").click()
    fill_in(asks, script=True)
    preview = asks.locator("#preview")
    expect(preview.get_by_role("row", name="Memory")).to_contain_text("8 GiB")
    expect(preview).to_contain_text("+$24.00 a month")
    expect(preview).to_contain_text("down for about")
    asks.get_by_role("button", name="Ask for approval").click()
    asks.wait_for_url(REQUEST)
    change = ChangeRequest.objects.get()
    expect(asks.locator(".panel-head .status").first).to_have_text("Being planned")
    hands.plan()
    asks.clock.run_for(3_000)
    expect(asks.get_by_text("You cannot approve your own request")).to_be_visible()

    decides.goto("/")
    expect(decides.get_by_role("link", name="Decide")).to_be_visible()
    decides.goto("/changes/approvals/")
    decides.get_by_role("link", name="Resize web-01").click()
    expect(decides.get_by_text(REASON)).to_be_visible()
    confirm_factor(decides)
    decides.get_by_role("button", name="Approve this plan").dblclick()
    expect(decides.get_by_text("Approved. A worker checks")).to_be_visible()
    assert ChangeDecision.objects.count() == 1

    hands.dispatch()
    hands.send()
    asks.clock.run_for(16_000)
    current = asks.locator(".steps [aria-current=step]")
    expect(current).to_contain_text("Shut down web-01")
    action = change.executions.get().steps.get(seq=1).attempts.get().action_id
    expect(current).to_contain_text(f"action {action}")
    hands.finish(change)
    asks.clock.run_for(3_000)
    expect(asks.locator(".panel-head .status").first).to_have_text("Succeeded")
    expect(asks.locator(".steps [aria-current]")).to_have_count(0)

    hands.read_account()
    asks.get_by_role("link", name="web-01", exact=True).click()
    expect(asks.locator("main")).to_contain_text("s-4vcpu-8gb")
    assert [effect.operation for effect in hands.machine.ledger()] == [
        "shutdown",
        "resize",
        "power_on",
    ]


def test_the_same_resize_without_script(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    engineer: User,
    approver: User,
    hands: Hands,
) -> None:
    asks, decides = open_page(script=False), open_page(script=False)
    sign_in(asks, engineer)
    sign_in(decides, approver)
    asks.goto("/scaling/resizes/new/")
    fill_in(asks, script=False)
    expect(asks.locator("#preview")).to_contain_text("+$24.00 a month")
    asks.get_by_role("button", name="Ask for approval").click()
    asks.wait_for_url(REQUEST)
    hands.plan()

    decides.goto("/")
    decides.get_by_role("link", name="Decide").click()
    confirm_factor(decides)
    decides.get_by_role("button", name="Approve this plan").click()
    expect(decides.get_by_text("Approved. A worker checks")).to_be_visible()
    hands.dispatch()
    hands.send()
    change = ChangeRequest.objects.get()
    asks.reload()
    expect(asks.locator("[aria-current=step]")).to_contain_text("Shut down web-01")
    hands.finish(change)
    # The page reloads itself every five seconds while the change runs.
    expect(asks.locator(".panel-head .status").first).to_have_text(
        "Succeeded", timeout=10_000
    )


def test_an_old_page_decides_nothing_and_says_what_changed(
    page: Page,
    sign_in: Callable[..., None],
    engineer: User,
    approver: User,
    hands: Hands,
    screenshots: Callable[..., Any],
    axe: Callable[[Page], None],
) -> None:
    change = planned(engineer)
    sign_in(page, approver, factor=True)
    page.goto(change.get_absolute_url())
    services.plan_again(change, actor=engineer)
    hands.plan()
    with page.expect_response(lambda answer: answer.request.method == "POST") as told:
        page.get_by_role("button", name="Approve this plan").click()
    assert told.value.status == 409
    expect(page.locator("main [role=alert]")).to_contain_text("planned again since")
    assert not ChangeDecision.objects.exists()
    screenshots(page, "changes-old-page-light-desktop")
    axe(page)


def test_an_approver_decides_by_keyboard_alone(
    page: Page,
    sign_in: Callable[..., None],
    engineer: User,
    approver: User,
    hands: Hands,
) -> None:
    change = planned(engineer)
    sign_in(page, approver)
    page.goto("/changes/approvals/")
    press_on(page, "Resize web-01")
    page.wait_for_url(REQUEST)
    press_on(page, "Confirm it is you")
    page.get_by_label("Code").wait_for()
    reach(page, "document.activeElement.id == 'id_code'")
    page.keyboard.type(code())
    page.keyboard.press("Enter")
    page.wait_for_url(REQUEST)
    press_on(page, "Approve this plan")
    expect(page.get_by_text("Approved. A worker checks")).to_be_visible()
    change.refresh_from_db()
    assert change.state == "approved"


def confirm_factor(page: Page) -> None:
    """Prove the second factor where the page asks for it, and come back."""
    page.get_by_role("link", name="Confirm it is you").click()
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(REQUEST)


def press_on(page: Page, words: str) -> None:
    """Reach a control with the Tab key alone, and press it."""
    reach(page, f"document.activeElement.innerText.trim().startsWith('{words}')")
    page.keyboard.press("Enter")


def reach(page: Page, condition: str) -> None:
    """Press Tab until the focus is where it should be."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(f"The keyboard never gets there: {condition}")
