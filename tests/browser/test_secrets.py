"""The inventory of credentials in the browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import Team, User
from secrets_audit.models import Credential, today
from tests.browser.conftest import LOOKS
from tests.factories import make_team
from tests.incidents.factories import make_service
from tests.secrets_audit.factories import make_credential, make_retired

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "dop_v1_" + "0123456789abcdef" * 4


@pytest.fixture
def inventory(team: Team) -> dict[str, Credential]:
    shop = make_service("Shop", team=team)
    other = make_team("Security")
    return {
        "overdue": make_credential(
            team=team,
            kind="spaces_key",
            name="Spaces key of the media bucket",
            public_id="DO00" + "ABCD" * 4,
            services=[shop],
            age=131,
            notes="Used by the upload service.\nRotated by hand so far.",
        ),
        "soon": make_credential(team=other, name="Key of payment webhooks", age=82),
        "fine": make_credential(team=team, name="Deployment key", kind="ssh_key"),
        "retired": make_retired(team=team, name="Key of the old bucket", age=300),
    }


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_page_of_the_inventory_is_accessible_and_fits(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    engineer: User,
    inventory: dict[str, Credential],
    theme: str,
    width: str,
) -> None:
    page = open_page(theme, width)
    sign_in(page, engineer)
    overdue = inventory["overdue"].get_absolute_url()
    pages = {
        "list": "/secrets/",
        "nothing": "/secrets/?q=nothing-of-that-name",
        "form": "/secrets/new/",
        "overdue": overdue,
        "retired": inventory["retired"].get_absolute_url(),
        "retirement": f"{overdue}retirement/",
        "home": "/",
    }
    for name, path in pages.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        screenshots(page, f"secrets-{name}-{theme}-{width}")
        fits(page)
        axe(page)
    page.goto("/secrets/new/")
    page.get_by_label("Name").fill(TOKEN)
    page.get_by_role("button", name="Register").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    screenshots(page, f"secrets-refused-{theme}-{width}")
    fits(page)
    axe(page)


@pytest.mark.parametrize("script", [True, False])
def test_an_engineer_registers_one_after_a_value_was_refused(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    engineer: User,
    team: Team,
    script: bool,
) -> None:
    page = open_page(script=script)
    sign_in(page, engineer)
    page.goto("/secrets/")
    page.get_by_role("link", name="Register a credential").click()
    page.get_by_label("Kind").select_option("API token")
    page.get_by_label("Name").fill("Token of the uploads")
    page.get_by_label("Public id").fill(TOKEN)
    page.get_by_label("Owner team").select_option(team.name)
    page.get_by_label("Made or last rotated on").fill(
        str(today() - timedelta(days=100))
    )
    page.get_by_role("button", name="Register").click()
    expect(page.locator("[data-error-summary]")).to_contain_text(
        "looks like a DigitalOcean token"
    )
    expect(page.get_by_label("Public id")).to_have_value("")
    expect(page.get_by_label("Name")).to_have_value("Token of the uploads")
    page.get_by_label("Public id").fill("uploads-1")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Token of the uploads")
    expect(page.get_by_text("Overdue 10 days")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_the_list_is_narrowed_and_one_is_retired(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    engineer: User,
    inventory: dict[str, Credential],
    script: bool,
) -> None:
    page = open_page(script=script)
    sign_in(page, engineer)
    page.goto("/secrets/")
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_label("Show").select_option("Overdue")
    if not script:
        page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Spaces key of the media bucket").click()
    page.get_by_role("link", name="Retire").click()
    page.get_by_label("Why is it retired?").fill("The bucket is gone.")
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_text("The bucket is gone.")).to_be_visible()
    expect(page.get_by_role("link", name="Retire")).to_have_count(0)
