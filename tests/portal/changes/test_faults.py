"""Whatever the provider and the worker do, each effect is made once, or a person is
asked. Counted from the simulated account's own ledger."""

import time
from collections import Counter

import pytest
from django.db import connection

from portal.accounts.models import User
from portal.changes.jobs import execution, lease, steps
from portal.changes.models import (
    ChangeExecution,
    ChangeRequest,
    ChangeStep,
    PolicyRule,
    StepAttempt,
)
from portal.digitalocean import client, operations
from portal.digitalocean.simulator.faults import Fault, FaultKind
from portal.digitalocean.simulator.machine import Machine
from tests.portal.changes.factories import DROPLET, SIZE, run, started

pytestmark = pytest.mark.django_db
State = ChangeRequest.State
ACTIONS = "/v2/droplets/*/actions"


def effects(cloud: Machine) -> Counter[str]:
    return Counter(effect.operation for effect in cloud.ledger())


HARMLESS = [
    FaultKind.ERROR_BEFORE,
    FaultKind.ERROR_AFTER,
    FaultKind.DROP_BEFORE,
    FaultKind.DROP_AFTER,
    FaultKind.HANG_BEFORE,
    FaultKind.HANG,
    FaultKind.MALFORMED,
    FaultKind.ODD_STATUS,
    FaultKind.PENDING_EVENT,
    FaultKind.THROTTLED,
]


@pytest.mark.parametrize("skip", [0, 1, 2], ids=["shutdown", "resize", "power_on"])
@pytest.mark.parametrize("kind", HARMLESS)
def test_a_fault_of_one_call_never_doubles_or_loses_its_effect(
    cloud: Machine,
    policy: PolicyRule,
    engineer: User,
    approver: User,
    kind: FaultKind,
    skip: int,
) -> None:
    request = started(engineer, approver)
    run_until(cloud, request, effects_made=skip)
    cloud.add_fault(Fault(kind, "POST", ACTIONS, times=1, seconds=0.0))
    request = run(request)

    assert request.state == State.SUCCEEDED, request.state_note
    assert effects(cloud) == {"shutdown": 1, "resize": 1, "power_on": 1}
    assert client.reader().droplet(DROPLET).size_slug == SIZE


def run_until(cloud: Machine, request: ChangeRequest, *, effects_made: int) -> None:
    while len(cloud.ledger()) < effects_made:
        step_once()


def step_once() -> None:
    """One slice that ends at the first wait."""
    execution.execute_due()


def test_an_ignored_shutdown_is_followed_by_a_power_off(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    cloud.add_fault(Fault(FaultKind.SHUTDOWN_IGNORED, "POST", ACTIONS))
    request = run(started(engineer, approver))
    assert request.state == State.SUCCEEDED, request.state_note
    assert effects(cloud)["power_off"] == 1


def test_a_failed_resize_goes_back_and_leaves_the_droplet_on(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = started(engineer, approver)
    run_until(cloud, request, effects_made=1)
    cloud.add_fault(Fault(FaultKind.ACTION_ERRORED, "POST", ACTIONS))
    request = run(request)

    droplet = client.reader().droplet(DROPLET)
    assert request.state == State.ROLLED_BACK, request.state_note
    assert (droplet.size_slug, droplet.status) == ("s-2vcpu-4gb", "active")


def test_a_refused_token_fails_before_anything_is_applied(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = started(engineer, approver)
    cloud.add_fault(Fault(FaultKind.FORBIDDEN, "POST", ACTIONS, times=9))
    request = run(request)
    assert cloud.ledger() == []
    assert request.state == State.FAILED
    assert client.reader().droplet(DROPLET).status == "active"


def test_a_provider_that_is_down_only_delays(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = started(engineer, approver)
    cloud.add_fault(Fault(FaultKind.ERROR_BEFORE, "GET", "*", times=6))
    request = run(request)
    assert request.state == State.SUCCEEDED, request.state_note
    assert effects(cloud) == {"shutdown": 1, "resize": 1, "power_on": 1}


class WorkerDied(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


@pytest.mark.parametrize("skip", [0, 1, 2], ids=["shutdown", "resize", "power_on"])
@pytest.mark.parametrize("moment", ["after intent", "after send", "after outcome"])
def test_a_worker_that_dies_mid_step_leaves_each_effect_once(
    cloud: Machine,
    policy: PolicyRule,
    engineer: User,
    approver: User,
    monkeypatch: pytest.MonkeyPatch,
    skip: int,
    moment: str,
) -> None:
    request = started(engineer, approver)
    run_until(cloud, request, effects_made=skip)
    with monkeypatch.context() as patch:
        _plant_death(patch, moment)
        with pytest.raises(WorkerDied):
            for _ in range(2000):
                step_once()
                time.sleep(0.005)
    _let_the_lease_run_out()
    request = run(request)

    assert request.state == State.SUCCEEDED, request.state_note
    assert effects(cloud) == {"shutdown": 1, "resize": 1, "power_on": 1}


def _plant_death(patch: pytest.MonkeyPatch, moment: str) -> None:
    if moment == "after outcome":
        real = steps._accept

        def accept(*args: object) -> None:
            real(*args)  # type: ignore[arg-type]
            raise WorkerDied

        patch.setattr(steps, "_accept", accept)
        return
    for name in ("droplet.shutdown", "droplet.resize", "droplet.power_on"):
        kind = type(operations.get(name))
        send = kind.send

        def die(self, provider, args, send=send):  # type: ignore[no-untyped-def]
            if moment == "after send":
                send(self, provider, args)
            raise WorkerDied

        patch.setattr(kind, "send", die)


def _let_the_lease_run_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE changes_changeexecution SET lease_expires_at ="
            " clock_timestamp() - interval '1 s'"
        )


def test_a_worker_that_was_overtaken_sends_and_writes_nothing(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    started(engineer, approver)
    slow = lease.claim()
    assert slow is not None
    _let_the_lease_run_out()
    assert lease.claim() is not None
    step = ChangeStep.objects.get(seq=1)
    with pytest.raises(lease.LeaseLostError):
        steps.begin(slow, step, client.writer())
    assert cloud.ledger() == []
    assert not StepAttempt.objects.exists()


def test_the_guard_stops_a_request_right_before_the_socket(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    started(engineer, approver)
    frozen = lease.claim()
    assert frozen is not None
    frozen.renewed -= 3600
    _let_the_lease_run_out()
    step = ChangeStep.objects.get(seq=1)
    with pytest.raises(lease.LeaseLostError):
        steps.begin(frozen, step, client.writer())
    assert cloud.ledger() == []


def test_an_execution_that_kills_its_workers_is_put_aside(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = started(engineer, approver)
    ChangeExecution.objects.update(unclean_claims=execution.POISON)
    execution.execute_due()
    request.refresh_from_db()
    assert request.state == State.NEEDS_ATTENTION
    assert cloud.ledger() == []
    assert request.executions.get().claims.filter(released_at=None).exists()


def test_a_plan_altered_in_the_database_does_not_run(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    from portal.changes.jobs import dispatch
    from tests.portal.changes.factories import approved

    request = approved(engineer, approver)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE changes_changeplan DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE changes_changeplan SET document ="
            " jsonb_set(document, '{steps,2,args,size}', '\"s-8vcpu-16gb\"')"
        )
        cursor.execute("ALTER TABLE changes_changeplan ENABLE TRIGGER USER")
    dispatch.dispatch(request.pk)
    request.refresh_from_db()
    assert request.state != State.RUNNING
    assert "not the one that was approved" in request.state_note
    assert cloud.ledger() == []


def test_what_a_person_lets_go_on_finds_out_first_and_finishes(
    cloud: Machine,
    policy: PolicyRule,
    engineer: User,
    approver: User,
    second_approver: User,
) -> None:
    from portal.changes import services

    request = started(engineer, approver)
    run_until(cloud, request, effects_made=1)
    cloud.add_fault(Fault(FaultKind.ERROR_BEFORE, "POST", ACTIONS, times=5))
    request = run(request)
    assert request.state == State.NEEDS_ATTENTION, request.state_note
    services.resume(request, actor=second_approver, reason="The API is back.")
    request = run(request)
    assert request.state == State.SUCCEEDED, request.state_note
    assert effects(cloud) == {"shutdown": 1, "resize": 1, "power_on": 1}
