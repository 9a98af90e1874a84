"""The inventory in the browser: read again, watched until it is there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.catalog import jobs, related
from portal.catalog.models import Resource
from tests.browser.conftest import LOOKS
from tests.factories import make_team
from tests.portal.catalog.factories import make_refresh, make_service
from tests.portal.digitalocean.account import (
    fault,
    make_machine,
    simulated_account,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account() -> Any:
    with simulated_account(make_machine()) as machine:
        yield machine


def read_account() -> None:
    jobs.sync_due()
    jobs.refresh_due()


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_page_of_the_inventory_is_accessible_and_fits(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    engineer: Any,
    account: Any,
    monkeypatch: pytest.MonkeyPatch,
    theme: str,
    width: str,
) -> None:
    read_account()
    shop = make_service(
        "Shop", team=make_team("Platform"), summary="The web shop and its checkout"
    )
    web = Resource.objects.get(name="web-01")
    shop.resources.set(Resource.objects.filter(name__startswith="web"))
    open_item = related.Item(
        "INC-7 Checkout is slow",
        "/",
        "Declared by Mira Example",
        "Open",
        "bad",
        timezone.now() - timedelta(minutes=12),
    )
    monkeypatch.setattr(related, "_of_resources", {})
    related.register(related.Related("Incidents", lambda _: [open_item]))
    related.register(related.Related("Changes", lambda _: []))
    page = open_page(theme, width)
    sign_in(page, engineer)
    pages = {
        "inventory": "/inventory/",
        "nothing": "/inventory/?q=nothing-of-that-name",
        "resource": web.get_absolute_url(),
        "services": "/services/",
        "service": shop.get_absolute_url(),
    }
    for name, path in pages.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        screenshots(page, f"catalog-{name}-{theme}-{width}")
        fits(page)
        axe(page)
    fault(account, "error_before", path="/v2/droplets")
    make_refresh(finished_at=timezone.now(), error="DigitalOcean gave no answer.")
    page.goto("/inventory/")
    expect(page.get_by_text("What you see is as of")).to_be_visible()
    screenshots(page, f"catalog-degraded-{theme}-{width}")
    axe(page)


def test_refresh_now_shows_the_new_state_without_a_reload(
    page: Page, sign_in: Callable[..., None], engineer: Any, account: Any
) -> None:
    read_account()
    Resource.objects.filter(name="web-01").update(status="off")
    sign_in(page, engineer)
    page.goto("/inventory/?tag=web")
    row = page.get_by_role("row").filter(has_text="web-01")
    expect(row).to_contain_text("Off")
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_text("reading DigitalOcean again")).to_be_visible()
    jobs.refresh_due()
    expect(row).to_contain_text("Active")
    expect(page.get_by_text("reading DigitalOcean again")).to_be_hidden()
    expect(page.get_by_role("row")).to_have_count(4)


def test_one_resource_is_read_again_without_javascript(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    engineer: Any,
    account: Any,
) -> None:
    read_account()
    web = Resource.objects.get(name="web-01")
    Resource.objects.filter(pk=web.pk).update(status="off")
    page = open_page(script=False)
    sign_in(page, engineer)
    page.goto(web.get_absolute_url())
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_text("reading DigitalOcean again")).to_be_visible()
    jobs.refresh_due()
    page.get_by_role("link", name="Show what it says").click()
    expect(page.locator(".panel-head .status")).to_have_text("Active")
