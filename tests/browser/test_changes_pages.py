"""The pages of requests in every state: accessible, and fitting on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.catalog.models import Resource
from portal.changes.jobs import dispatch, execution
from portal.changes.models import ChangeExecution, ChangeRequest
from tests.browser.changing import API_01, SIZE, WEB_01, WEB_02, WEB_03, Hands
from tests.browser.conftest import LOOKS
from tests.factories import make_user
from tests.portal.changes.factories import approve, ask, planned
from tests.portal.changes.factories import started as start

pytestmark = pytest.mark.django_db(transaction=True)
NARROWEST = {"width": 320, "height": 640}


@pytest.fixture
def states(hands: Hands, engineer: User, approver: User) -> dict[str, ChangeRequest]:
    """One request in each state that has a face of its own."""
    found = {
        "pending": planned(engineer, droplet_id=API_01, size="s-8vcpu-16gb"),
        "irreversible": planned(engineer, disk=True),
        "plan-failed": planned(engineer, size="s-1vcpu-1gb"),
        "succeeded": start(engineer, approver, droplet_id=WEB_03),
    }
    hands.finish(found["succeeded"])
    found["attention"] = start(engineer, approver, droplet_id=WEB_02)
    hands.send()
    ChangeExecution.objects.filter(finished_at=None).update(
        unclean_claims=execution.POISON, run_after="2026-01-01T00:00Z"
    )
    execution.execute_due()
    found["running"] = start(engineer, approver, droplet_id=WEB_01)
    hands.send()
    held = approve(planned(make_user("engineer"), size="s-8vcpu-16gb"), approver)
    dispatch.dispatch(held.pk)
    found["held"] = held
    found["planning"] = ask(engineer)
    for change in found.values():
        change.refresh_from_db()
    return found


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_every_page_of_requests_is_accessible_and_fits(
    open_page: Callable[..., Page],
    sign_in: Callable[..., None],
    axe: Callable[[Page], None],
    fits: Callable[[Page], None],
    screenshots: Callable[..., Any],
    engineer: User,
    approver: User,
    states: dict[str, ChangeRequest],
    theme: str,
    width: str,
) -> None:
    asks, decides = open_page(theme, width), open_page(theme, width)
    sign_in(asks, engineer)
    sign_in(decides, approver, factor=True)
    web = Resource.objects.get(provider_id=str(WEB_01))
    resize = f"/scaling/resizes/new/?resource={web.pk}&size="
    pages = {
        "list": (asks, "/changes/?tab=all"),
        "inbox": (decides, "/changes/approvals/"),
        "home": (decides, "/"),
        "resize": (asks, f"{resize}{SIZE}"),
        "resize-refused": (asks, f"{resize}s-1vcpu-1gb&disk=on"),
        **{
            state: (decides, change.get_absolute_url())
            for state, change in states.items()
        },
        "own": (asks, states["pending"].get_absolute_url()),
    }
    for name, (page, address) in pages.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        screenshots(page, f"changes-{name}-{theme}-{width}")
        fits(page)
        axe(page)
        if width == "phone":
            size = page.viewport_size
            page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
            fits(page)
            page.set_viewport_size(size)  # type: ignore[arg-type]
