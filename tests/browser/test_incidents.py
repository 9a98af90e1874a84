"""An outage lived through in the browser, by keyboard and without script."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from incidents import services
from incidents.models import Incident
from portal.accounts.models import User
from tests.browser.conftest import LOOKS
from tests.factories import make_user
from tests.incidents.factories import age, make_incident, make_resolved

pytestmark = pytest.mark.django_db(transaction=True)
NEW = reverse("incidents:new")
LIST = reverse("incidents:list")
INCIDENT = re.compile(r"/incidents/\d+/$")


@pytest.fixture
def outage(engineer: User, second_engineer: User) -> Incident:
    """A believable list, and one incident with a story."""
    team = engineer.teams.get()
    make_resolved(engineer, title="Certificates renewed late", severity="minor")
    make_incident(engineer, title="Nightly report is empty", severity="minor")
    late = make_incident(second_engineer, title="Search is slow", team=team)
    age(late, minutes=42)
    make_incident(engineer, title="Login fails on phones", severity="critical")
    incident = make_incident(
        engineer, title="Checkout answers with errors", severity="critical", team=team
    )
    services.acknowledge(incident, actor=second_engineer)
    for body in (
        "Errors began with the last deployment.\nRolling back.",
        "Rolled back on web-01 and web-02; web-03 to follow.",
    ):
        services.add_update(
            incident, body=body, client_key=uuid.uuid4(), actor=second_engineer
        )
    return incident


def focused(page: Page) -> str:
    held = "document.activeElement"
    return str(page.evaluate(f"{held}.id || {held}.tagName"))


def test_an_engineer_sees_an_outage_through_by_keyboard(
    page: Page, sign_in: Callable[..., None], engineer: User
) -> None:
    sign_in(page, engineer)
    page.goto(NEW)
    assert focused(page) == "id_title"
    page.keyboard.type("Checkout answers with errors")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(INCIDENT)
    incident = Incident.objects.get()
    assert incident.severity == "critical"

    page.get_by_role("button", name="Acknowledge").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("answered in")).to_be_visible()
    assert focused(page) == f"incident-{incident.pk}-next"
    said = f"{incident.number} is acknowledged."
    expect(page.locator("#announcer")).to_have_text(said)

    page.get_by_label("Update").focus()
    page.keyboard.type("Rolling back.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry-body")).to_have_text("Rolling back.")
    expect(page.get_by_label("Update")).to_have_value("")

    page.get_by_role("link", name="Resolve").focus()
    page.keyboard.press("Enter")
    page.get_by_label("What fixed it?").focus()
    page.keyboard.type("Rolled back the deployment.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Reopen")).to_be_visible()
    incident.refresh_from_db()
    assert incident.status == "resolved"


def test_the_same_outage_without_script(
    open_page: Callable[..., Page], sign_in: Callable[..., None], engineer: User
) -> None:
    page = open_page(script=False)
    sign_in(page, engineer)
    page.goto(NEW)
    page.get_by_label("What is broken?").fill("Checkout answers with errors")
    page.get_by_role("button", name="Declare").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text("Choose how bad it is.")
    page.get_by_label("Critical").check()
    page.get_by_role("button", name="Declare").click()
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_label("Update").fill("Rolling back.")
    page.get_by_role("button", name="Post update").click()
    expect(page.locator(".entry-body")).to_have_text("Rolling back.")
    page.get_by_role("link", name="Resolve").click()
    page.get_by_label("What fixed it?").fill("Rolled back.")
    page.get_by_role("button", name="Resolve").click()
    page.get_by_role("link", name="Reopen").click()
    page.get_by_label("What is broken again?").fill("Errors are back.")
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    assert Incident.objects.get().response_clock.cycle == 2


def test_a_double_click_declares_once(
    page: Page, sign_in: Callable[..., None], engineer: User
) -> None:
    sign_in(page, engineer)
    page.goto(f"{NEW}?title=Checkout+fails&severity=major")
    page.get_by_role("button", name="Declare").dblclick()
    page.wait_for_url(INCIDENT)
    assert Incident.objects.count() == 1


def test_choosing_the_team_moves_the_deadline_and_keeps_what_was_typed(
    page: Page, sign_in: Callable[..., None], engineer: User
) -> None:
    team = engineer.teams.get()
    team.time_zone = "Asia/Tokyo"
    team.save()
    sign_in(page, engineer)
    page.goto(NEW)
    page.get_by_label("What is broken?").fill("Report is late")
    page.get_by_label("Minor").check()
    page.get_by_label("Owning team").select_option(str(team.pk))
    expect(page.get_by_text("17:00 JST")).to_be_visible()
    expect(page.get_by_label("Minor")).to_be_checked()
    expect(page.get_by_label("What is broken?")).to_have_value("Report is late")


def test_news_from_others_is_announced_and_shown_on_request(
    page: Page, sign_in: Callable[..., None], engineer: User, outage: Incident
) -> None:
    sign_in(page, engineer)
    page.clock.install()
    page.goto(outage.get_absolute_url())
    page.get_by_label("Update").fill("half a sentence")
    other = make_user("engineer")
    services.add_update(
        outage, body="web-03 is done.", client_key=uuid.uuid4(), actor=other
    )
    page.clock.run_for(16_000)
    show = page.get_by_role("link", name="1 new entry")
    expect(show).to_be_visible()
    expect(page.get_by_text("web-03 is done.")).to_have_count(0)
    show.click()
    expect(page.get_by_text("web-03 is done.")).to_be_visible()
    expect(page.get_by_label("Update")).to_have_value("half a sentence")
    expect(show).to_have_count(0)


def test_filtering_keeps_the_focus_and_is_an_address(
    page: Page, sign_in: Callable[..., None], engineer: User, outage: Incident
) -> None:
    sign_in(page, engineer)
    page.goto(LIST)
    page.get_by_label("Title or number").press_sequentially("search")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert focused(page) == "id_q"
    assert "q=search" in page.url
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_page_is_accessible_and_fits(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    engineer: User,
    outage: Incident,
    theme: str,
    width: str,
) -> None:
    page = open_page(theme, width)
    sign_in(page, engineer)
    places = {
        "list": LIST,
        "list-all": f"{LIST}?tab=all",
        "list-nothing": f"{LIST}?q=zzz",
        "new": f"{NEW}?severity=major",
        "detail": outage.get_absolute_url(),
        "resolution": reverse("incidents:resolution", args=[outage.pk]),
    }
    for name, address in places.items():
        page.goto(address)
        screenshots(page, f"incidents-{name}-{theme}-{width}")
        axe(page)
        fits(page)
