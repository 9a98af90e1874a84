"""A simulated account in this process, and a policy that asks one approver."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.accounts.models import User
from portal.changes.models import PolicyRule
from portal.digitalocean.simulator import transport
from portal.digitalocean.simulator.machine import Machine


@pytest.fixture
def cloud(settings: Any) -> Iterator[Machine]:
    machine = Machine(action_seconds=0.0)
    settings.DIGITALOCEAN_ENDPOINT = ""
    settings.DIGITALOCEAN_SESSION = transport.session(machine)
    settings.CHANGES_TIME_FACTOR = 0.01
    yield machine
    machine.close()


@pytest.fixture
def policy(approver: User) -> PolicyRule:
    return PolicyRule.objects.create(
        name="One approver", match={}, require=[{"group": "approver", "n": 1}]
    )
