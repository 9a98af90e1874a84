"""One fleet of real processes for all tests of this folder, healed before each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.db.models.functions import Now
from django.test import TransactionTestCase

from portal.accounts.models import User
from portal.changes.models import ChangeExecution, ChangeRequest, ResourceClaim
from portal.changes.services import adopt_first_policy
from tests.factories import make_team, make_user
from tests.portal.changes.factories import approve, ask
from tests.portal.embedded.portals import open_folder
from tests.processes import fleet as fleets
from tests.processes.fleet import Fleet

HERE = Path(__file__).parent
ONCE = {"shutdown": 1, "resize": 1, "power_on": 1}
State = ChangeRequest.State


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything that needs the fleet is slow, and stays in one test process."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("processes"))


@dataclass(frozen=True)
class People:
    engineer: User
    approver: User


@pytest.fixture(scope="package")
def _database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, emptied once after the last test instead of after each: it
    can only be emptied while nobody reads, and starting the fleet takes seconds."""
    empty = TransactionTestCase._fixture_teardown
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: None)
        yield
        connection.close()
        empty(TransactionTestCase("run"))


@pytest.fixture(scope="package")
def _fleet(_database: None) -> Iterator[Fleet]:
    with open_folder() as folder, fleets.running(folder) as fleet:
        yield fleet


@pytest.fixture(scope="package")
def people(_database: None) -> People:
    adopt_first_policy()
    engineer = make_user("engineer", team=make_team("Infrastructure"))
    return People(engineer, make_user("approver", factor=True))


@pytest.fixture
def fleet(_fleet: Fleet) -> Fleet:
    """Everything runs, the account is as new, nothing is left to do."""
    close_old_connections()
    ResourceClaim.objects.filter(released_at=None).update(released_at=Now())
    ChangeExecution.objects.filter(finished_at=None).update(finished_at=Now())
    _fleet.heal()
    _fleet.account.reset()
    return _fleet


@dataclass
class Change:
    """A resize on its way through the fleet."""

    fleet: Fleet
    people: People
    row: ChangeRequest

    def until(self, *states: str, seconds: float = 60) -> None:
        self.fleet.wait_until(
            lambda: self.state in states, f"{self.row} is {states}", seconds
        )

    @property
    def state(self) -> str:
        self.row.refresh_from_db()
        return self.row.state

    def approve(self) -> None:
        self.until(State.PENDING)
        approve(self.row, self.people.approver)

    def until_step(self, op: str, *states: str) -> None:
        """Until the step with this operation is in one of the states."""
        steps = self.row.executions.values_list("steps__op", "steps__state")
        wanted = {(op, state) for state in states}
        self.fleet.wait_until(lambda: wanted & set(steps.all()), f"{op} is {states}")

    def ends_well(self) -> None:
        """It succeeds, and the account's own ledger has each effect once."""
        resting = [*ChangeRequest.TERMINAL, State.NEEDS_ATTENTION]
        self.until(*resting)
        assert self.state == State.SUCCEEDED, self.row.state_note
        assert self.fleet.account.effects() == ONCE


@pytest.fixture
def change(fleet: Fleet, people: People) -> Change:
    """Asked for, not yet approved."""
    return Change(fleet, people, ask(people.engineer))
