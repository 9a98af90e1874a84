"""A person with a browser: Debian's Chromium, real pages, nothing simulated.

Without Chromium these tests are skipped and say so; PORTAL_REQUIRE_BROWSER=1 turns
that into a failure. A console error, an uncaught exception, a refused script or
style (CSP) and a missing asset fail the test that saw them.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Response
from pytest_django.live_server_helper import LiveServer

from portal.accounts.models import User
from tests.browser.changing import Hands, hands_on
from tests.conftest import prove_factor
from tests.factories import enrol_factor

HERE = Path(__file__).parent
RESULTS = Path("test-results")
WIDTHS = {"desktop": (1280, 800), "phone": (390, 844)}
LOOKS = [(theme, width) for theme in ("light", "dark") for width in WIDTHS]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The browser logs every 4xx answer of a fetch; those are checked by the tests.
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def delete_output_dir() -> None:
    """Two test processes share the folder: neither empties it under the other."""


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        reason = "No chromium on this machine (Debian: apt-get install chromium)."
        if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained about; empty it in tests that provoke it."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(
    browser: Browser, live_server: LiveServer, complaints: list[str]
) -> Iterator[Callable[..., Page]]:
    """``open_page(theme="light", width="desktop", script=True)`` is a fresh browser
    with its own cookies, whose relative addresses lead to the live server."""
    contexts: list[BrowserContext] = []

    def opened(
        theme: str = "light",
        width: str = "desktop",
        *,
        script: bool = True,
        **more: Any,
    ) -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            base_url=live_server.url,
            color_scheme=theme,  # type: ignore[arg-type]
            viewport={"width": wide, "height": high},
            java_script_enabled=script,
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        context.on("console", lambda message: _heard(message.type, message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("response", _answered)
        return context.new_page()

    def _heard(kind: str, text: str) -> None:
        if kind == "error" and not ANSWERED.search(text):
            complaints.append(text)

    def _answered(response: Response) -> None:
        asset = response.request.resource_type in {"script", "stylesheet", "image"}
        if response.status >= 500 or (asset and response.status >= 400):
            complaints.append(f"{response.status} {response.url}")

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[..., None]:
    """``sign_in(page, user)`` gives the page's browser a session of that account;
    ``factor=True`` with a second factor proved just now."""

    def entered(page: Page, user: User, *, factor: bool = False) -> None:
        client = Client()
        client.force_login(user)
        if factor:
            enrol_factor(user)
            prove_factor(client)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )

    return entered


@pytest.fixture
def hands(settings: Any, approver: User) -> Iterator[Hands]:
    """A worker's hands on a simulated account, and somebody who may approve."""
    with hands_on(settings) as hands:
        yield hands


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)`` asserts that the page has no accessibility violation (WCAG 2.2
    AA and axe's best practices)."""

    def checked(page: Page) -> None:
        options = {"runOnly": {"type": "tag", "values": AXE_TAGS}}
        found = Axe().run(page, options=options).response["violations"]
        told = [
            f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
            for rule in found
            for node in rule["nodes"]
        ]
        assert told == [], "\n".join(told)

    return checked


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """``screenshots(page, "name")`` keeps a picture of the whole page."""

    def kept(page: Page, name: str) -> Path:
        path = RESULTS / "screens" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=path, full_page=True)
        return path

    return kept


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """``fits(page)`` asserts that nothing makes the page scroll sideways."""

    def checked(page: Page) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{page.url} is {wide} px too wide"

    return checked
