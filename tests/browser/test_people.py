"""An administrator's journeys over people and teams, in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import Team, User
from portal.audit.services import record
from portal.notify.services import announce
from portal.people.services import accounts
from tests.browser.conftest import LOOKS
from tests.factories import PASSWORD, make_team, make_user
from tests.portal.people.factories import make_invitation

SECRET = "four unrelated harbour words"


@pytest.fixture
def company(administrator: User, team: Team) -> User:
    """Some people in some teams, one of them gone; returns an engineer."""
    web = make_team("Web", colour=5)
    names = ["Ada Example", "Bo Sample", "Cy Placeholder", "Di Specimen", "Ed Nobody"]
    people = [
        make_user(
            "engineer",
            name=name,
            email=f"{name.split()[0].lower()}@test.example",
            team=team if index % 2 else web,
            lead=index < 2,
            factor=index % 3 == 0,
        )
        for index, name in enumerate(names)
    ]
    make_invitation(by=administrator, name="Gil Guest", roles=["engineer"], team=web)
    accounts.deactivate(people[4], reason="Left the company.", actor=administrator)
    record(
        "team.edited",
        web,
        actor=administrator,
        name={"before": "Frontend", "after": "Web"},
    )
    announce(
        key="welcome",
        to=[administrator],
        subject="Gil Guest accepted your invitation",
        body="The account is open.",
        link="/people/",
    )
    return people[0]


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_are_accessible_and_fit(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    administrator: User,
    company: User,
    theme: str,
    width: str,
) -> None:
    page = open_page(theme, width)
    sign_in(page, administrator)
    for name, path in {
        "home": "/",
        "search": "/search/?q=e",
        "found": "/search/?q=ex",
        "status": "/status/",
        "notices": "/notices/",
        "people": "/people/",
        "people-none": "/people/?q=zzz",
        "person": f"/people/{company.pk}/",
        "invite": "/people/new/",
        "deactivate": f"/people/{company.pk}/deactivation/",
        "teams": "/teams/",
        "team": "/teams/web/",
        "team-form": "/teams/web/settings/",
        "preferences": "/account/preferences/",
        "audit": "/audit/",
        "audit-event": "/audit/1/",
    }.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        screenshots(page, f"people-{name}-{theme}-{width}")
        fits(page)
        axe(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_person_is_invited_accepts_gets_a_role_and_is_shut_out(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    screenshots: Callable[..., Any],
    administrator: User,
    team: Team,
    *,
    script: bool,
) -> None:
    office = open_page(script=script)
    sign_in(office, administrator)
    office.goto("/people/")
    office.get_by_role("link", name="Invite a person").click()
    office.get_by_label("Name").fill("Gil Guest")
    office.get_by_label("E-mail address").fill("gil@test.example")
    office.get_by_label("Team", exact=True).select_option(label=team.name)
    office.get_by_role("button", name="Create the invitation").click()
    link = office.get_by_label("Link for gil@test.example").input_value()
    path = "/" + link.split("/", 3)[3]
    if script:
        screenshots(office, "people-invited-light-desktop")
        axe(office)

    guest = open_page(script=script)
    guest.goto(path)
    if script:
        screenshots(guest, "people-acceptance-light-desktop")
        axe(guest)
    guest.get_by_label("Password", exact=True).fill(SECRET)
    guest.get_by_label("Password again").fill("something else")
    guest.get_by_role("button", name="Open my account").click()
    expect(guest.get_by_role("alert").filter(has_text="not the same")).to_be_visible()
    guest.get_by_label("Password", exact=True).fill(SECRET)
    guest.get_by_label("Password again").fill(SECRET)
    guest.get_by_role("button", name="Open my account").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("What needs you now")

    office.goto("/people/?q=gil")
    office.get_by_role("link", name="Gil Guest").click()
    office.get_by_label("Auditor:").check()
    office.get_by_role("button", name="Save roles").click()
    expect(office.get_by_label("Auditor:")).to_be_checked()
    expect(office.get_by_label("Approver:")).to_be_disabled()
    guest.goto("/audit/")
    expect(guest.get_by_role("heading", level=1)).to_have_text("Audit log")

    office.get_by_role("link", name="Deactivate").click()
    office.get_by_label("Reason").fill("Wrong address.")
    office.get_by_role("button", name="Deactivate Gil Guest").click()
    expect(office.get_by_text("Deactivated", exact=True)).to_be_visible()
    guest.reload()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Sign in")
    guest.goto(path)
    expect(guest.get_by_role("heading", level=1)).to_have_text(
        "This invitation cannot be used"
    )


def test_a_page_that_was_open_goes_to_sign_in_by_itself(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    administrator: User,
    engineer: User,
) -> None:
    page = open_page()
    sign_in(page, engineer)
    page.goto("/search/")
    accounts.deactivate(engineer, reason="Left.", actor=administrator)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("infra")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_palette_finds_people_and_goes_there_by_keyboard(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    screenshots: Callable[..., Any],
    administrator: User,
    company: User,
) -> None:
    page = open_page()
    sign_in(page, administrator)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("ada")
    option = page.get_by_role("option", name="Ada Example")
    expect(option).to_be_visible()
    screenshots(page, "people-palette-light-desktop")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Example")


def test_the_list_filters_while_typing(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    administrator: User,
    company: User,
) -> None:
    page = open_page()
    sign_in(page, administrator)
    page.goto("/people/")
    page.get_by_label("Name or e-mail").fill("bo")
    expect(page.get_by_role("link", name="Ada Example")).to_be_hidden()
    expect(page.get_by_role("link", name="Bo Sample")).to_be_visible()
    expect(page.get_by_label("Name or e-mail")).to_be_focused()


def test_the_same_account_signs_in_with_its_password(
    open_page: Callable[..., Page], viewer: User
) -> None:
    page = open_page()
    page.goto("/account/preferences/")
    page.get_by_label("Email").fill(viewer.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Preferences")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
