"""Signing in and keeping one's own account, in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from tests.factories import PASSWORD, TOTP_SEED, enrol_factor

LOOKS = [("light", "desktop"), ("dark", "phone")]
pytestmark = pytest.mark.urls("tests.portal.web.site")

OPEN_PAGES = [
    "login/",
    "signup/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-none/",
    "confirm-email/",
    "inactive/",
    "3rdparty/login/cancelled/",
    "3rdparty/login/error/",
]
OWN_PAGES = [
    "reauthenticate/",
    "password/change/",
    "email/",
    "logout/",
    "sessions/",
    "3rdparty/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
]
FACTOR_PAGES = [
    "2fa/reauthenticate/",
    "2fa/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/generate/",
]


def code() -> str:
    counter = next(totp.yield_hotp_counters_from_time())
    return str(totp.format_hotp_value(totp.hotp_value(TOTP_SEED, counter)))


def confirm(page: Page) -> None:
    """Prove it is oneself when asked, by whatever the page asks for."""
    if "/reauthenticate/" not in page.url:
        return
    if "/2fa/" in page.url:
        page.get_by_label("Code").fill(code())
    else:
        page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def look_at(
    page: Page,
    paths: list[str],
    name: str,
    checks: tuple[Callable[[Page], None], ...],
    screenshots: Callable[..., Any],
) -> None:
    for path in paths:
        page.goto(f"/account/{path}")
        if not path.endswith("reauthenticate/"):
            confirm(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        screenshots(page, f"{path.strip('/').replace('/', '-')}-{name}")
        for check in checks:
            check(page)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_before_sign_in_are_accessible(
    open_page: Callable[..., Page],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    theme: str,
    width: str,
) -> None:
    page = open_page(theme, width)
    look_at(page, OPEN_PAGES, f"{theme}-{width}", (fits, axe), screenshots)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_of_ones_own_account_are_accessible(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    engineer: User,
    theme: str,
    width: str,
) -> None:
    page = open_page(theme, width)
    sign_in(page, engineer)
    look_at(page, OWN_PAGES, f"{theme}-{width}", (fits, axe), screenshots)
    enrol_factor(engineer)
    page = open_page(theme, width)
    sign_in(page, engineer)
    look_at(page, FACTOR_PAGES, f"factor-{theme}-{width}", (fits, axe), screenshots)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_label("Unused codes")).to_be_visible()
    screenshots(page, f"recovery-codes-{theme}-{width}")
    axe(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_person_signs_in_with_a_second_factor_and_out_again(
    open_page: Callable[..., Page],
    approver: User,
    axe: Callable[[Page], None],
    screenshots: Callable[..., Any],
    *,
    script: bool,
) -> None:
    page = open_page(script=script)
    page.goto("/")
    page.get_by_label("Email").fill(approver.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="needs your")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    if script:
        screenshots(page, "authenticate-light-desktop")
        axe(page)
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_is_added_and_signs_in_under_the_content_policy(
    open_page: Callable[..., Page], sign_in: Callable[..., None], engineer: User
) -> None:
    page = open_page()
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    sign_in(page, engineer)
    page.goto("/account/2fa/webauthn/add/")
    confirm(page)
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_label("Unused codes")).to_be_visible()
    page.goto("/account/2fa/webauthn/")
    expect(page.get_by_role("row", name="Work laptop")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Your account")).to_be_visible()
