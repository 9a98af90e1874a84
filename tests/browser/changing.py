"""A resize lived through in the browser: what every test of it needs.

The pages come from the live server; the work of the workers is done here, step by
step, on an account whose clock moves only when told.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from portal.catalog import jobs as catalog
from portal.changes.jobs import dispatch, execution, planning
from portal.changes.models import ChangeRequest, PolicyRule
from portal.digitalocean.simulator import transport
from portal.digitalocean.simulator.machine import Machine
from tests.portal.digitalocean.account import Clock

WEB_01, WEB_02, WEB_03, API_01, API_02 = range(386734086, 386734106, 4)
SIZE = "s-4vcpu-8gb"
REASON = "It swaps every evening."


@dataclass
class Hands:
    """What workers do, one slice at a time."""

    machine: Machine
    clock: Clock

    def read_account(self) -> None:
        catalog.sync_due()
        catalog.refresh_due()

    def plan(self) -> None:
        assert planning.plan_due() == 1

    def dispatch(self) -> None:
        assert dispatch.dispatch_due() == 1

    def send(self) -> None:
        """Go on until the account works on an action."""
        execution.execute_due()

    def finish(self, change: ChangeRequest) -> None:
        """Let actions end and follow until the change rests."""
        for _ in range(200):
            change.refresh_from_db()
            if not change.is_executing or change.state == "needs_attention":
                return
            # Longer than any action: however late we look, it is done.
            self.clock.forward(30)
            execution.execute_due()
            time.sleep(0.02)
        raise AssertionError(change.state)


@contextmanager
def hands_on(settings: Any) -> Iterator[Hands]:
    """Hands on a fresh account, which everything in this process reaches, and a
    policy that asks one approver."""
    PolicyRule.objects.create(
        name="One approver", match={}, require=[{"group": "approver", "n": 1}]
    )
    clock = Clock()
    machine = Machine(action_seconds=10.0, clock=clock)
    settings.DIGITALOCEAN_ENDPOINT = ""
    settings.DIGITALOCEAN_SESSION = transport.session(machine)
    settings.CHANGES_TIME_FACTOR = 0.01
    hands = Hands(machine, clock)
    hands.read_account()
    yield hands
    machine.close()


def fill_in(page: Page, *, script: bool) -> None:
    """Choose web-01 and a bigger size, and look at the consequences."""
    droplet = page.get_by_label("Droplet")
    option = droplet.locator("option").filter(has_text="web-01")
    droplet.select_option(option.get_attribute("value"))
    page.get_by_label("New size").select_option(SIZE)
    if not script:
        page.get_by_role("button", name="Show what changes").click()
    page.get_by_label("Reason").fill(REASON)
