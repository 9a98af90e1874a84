"""A team lead, the calendar and a duty, in the browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from maintenance import jobs, queries, services
from maintenance.models import Occurrence
from portal.accounts.models import Team, User
from tests.browser.conftest import LOOKS
from tests.factories import make_team, make_user
from tests.maintenance.factories import make_duty, make_series


@pytest.fixture
def infrastructure(transactional_db: None) -> Team:
    colours = {"Development": 2, "DevOps": 5, "Infrastructure": 1, "Security": 4}
    teams = {
        name: make_team(
            name, colour=colour, letter=name[:1] if name != "DevOps" else "Do"
        )
        for name, colour in colours.items()
    }
    return teams["Infrastructure"]


@pytest.fixture
def lead(infrastructure: Team) -> User:
    return make_user("engineer", name="Team Lead", team=infrastructure, lead=True)


@pytest.fixture
def schedule(infrastructure: Team, lead: User) -> list[Occurrence]:
    """The runbook's duties, and four of Infrastructure's around today."""
    today = timezone.now().astimezone(queries.calendar_zone()).date()
    services.ensure_runbook_series(since=today.replace(day=1))
    jobs.top_up()
    titles = {
        "Certificate check": -9,
        "Disk clean-up": -2,
        "Kernel patch": 0,
        "Snapshot check": 0,
        "Log rotation check": 0,
        "Access check": 0,
        "Load balancer drill": 0,
        "Capacity review": 2,
    }
    return [
        make_duty(
            today + timedelta(days=days),
            series=make_series(title, team=infrastructure),
        )
        for title, days in titles.items()
    ]


@pytest.mark.parametrize("script", [True, False])
def test_a_lead_finds_a_duty_in_the_calendar_and_completes_it(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    lead: User,
    schedule: list[Occurrence],
    script: bool,
) -> None:
    page = open_page(script=script)
    sign_in(page, lead)
    page.goto("/maintenance/")
    month = page.get_by_role("table")
    expect(month).to_have_accessible_name(
        f"{timezone.now():%B %Y}, Europe/Berlin".lstrip("0")
    )
    month.get_by_role("link", name="Access check, Infrastructure, due today").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Access check")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("heading", name="Done on time")).to_be_visible()
    expect(page.get_by_role("button", name="Complete")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="ompleted")).to_be_visible()
    done = Occurrence.objects.get(state="completed")
    assert done.completed_by == lead


@pytest.mark.parametrize("script", [True, False])
def test_a_refused_form_says_what_is_missing_and_keeps_the_note(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    lead: User,
    infrastructure: Team,
    script: bool,
) -> None:
    today = timezone.now().astimezone(queries.calendar_zone()).date()
    series = make_series("Backups", team=infrastructure, evidence_required=True)
    duty = make_duty(today, series=series)
    page = open_page(script=script)
    sign_in(page, lead)
    page.goto(duty.get_absolute_url())
    page.get_by_label("Note").fill("Half an hour")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("link", name="Evidence – This field")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("Half an hour")
    page.get_by_label("Evidence").fill("https://wiki.example/restore/12")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("link", name="https://wiki.example")).to_be_visible()


def test_the_calendar_is_walked_and_filtered_by_keyboard_and_links(
    page: Page,
    sign_in: Callable[..., None],
    lead: User,
    schedule: list[Occurrence],
) -> None:
    sign_in(page, lead)
    page.goto("/maintenance/")
    page.get_by_role("link", name="Security", exact=True).press("Enter")
    expect(page).to_have_url(re.compile(r"/maintenance/\?team=security$"))
    expect(page.get_by_role("link", name="Access check")).to_have_count(0)
    page.locator("[rel=next]").press("Enter")
    expect(page).to_have_url(re.compile(r"/\d{4}/\d\d/\?team=security$"))
    page.get_by_role("link", name="Today").press("Enter")
    page.get_by_role("link", name="Every team").press("Enter")
    page.get_by_role("link", name="more on").press("Enter")
    expect(page.get_by_role("link", name="Snapshot check")).to_be_visible()
    expect(page.get_by_role("link", name="Capacity review")).to_have_count(0)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_page_is_accessible_and_fits(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    lead: User,
    infrastructure: Team,
    schedule: list[Occurrence],
    theme: str,
    width: str,
) -> None:
    series = make_series("Restore drill", team=infrastructure, evidence_required=True)
    due = make_duty(schedule[2].due_date, series=series)
    services.complete(schedule[1], actor=lead, note="All quiet.")
    page = open_page(theme, width)
    sign_in(page, lead)
    for name, path in {
        "month": "/maintenance/",
        "month-filtered": "/maintenance/1999/01/?team=security&state=nonsense",
        "agenda": "/maintenance/agenda/",
        "agenda-empty": "/maintenance/agenda/?from=2099-01-01",
        "duty": due.get_absolute_url(),
        "duty-done": schedule[1].get_absolute_url(),
        "duty-early": Occurrence.objects.latest("due_date").get_absolute_url(),
        "series": "/maintenance/series/os-updates/",
    }.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        screenshots(page, f"maintenance-{name}-{theme}-{width}")
        fits(page)
        axe(page)
