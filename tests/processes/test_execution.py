"""An approved change is carried out by real workers, whatever happens to them: the
simulated account's own ledger has each effect once."""

import time

import pytest
from django.db import connection

from portal.audit.models import AuditEvent
from portal.changes.models import StepAttempt
from tests.processes.conftest import Change

pytestmark = pytest.mark.django_db(transaction=True)
SHUTDOWN, RESIZE = "droplet.shutdown", "droplet.resize"
WORKERS = ("worker-1", "worker-2")


def test_two_workers_and_two_beats_make_each_effect_once(change: Change) -> None:
    change.approve()
    change.ends_well()
    told = AuditEvent.objects.filter(
        target_type="changes.changerequest", target_id=str(change.row.pk)
    ).values_list("action", flat=True)
    assert sorted(told) == sorted(set(told))
    assert "change.succeeded" in told


def test_hands_killed_while_an_action_is_in_progress(change: Change) -> None:
    change.approve()
    change.until_step(RESIZE, "acked")
    for worker in change.fleet.workers:
        worker.kill_children()
    change.ends_well()


@pytest.mark.parametrize(
    ("fault", "found"), [("hang", "adopted"), ("hang_before", "absent")]
)
def test_everything_killed_while_a_request_is_on_its_way(
    change: Change, fault: str, found: str
) -> None:
    change.fleet.account.fault(fault)
    change.approve()
    change.until_step(SHUTDOWN, "intent")
    change.fleet.kill(*WORKERS, "beat-1", "beat-2")
    change.fleet.heal()
    change.ends_well()
    first = StepAttempt.objects.filter(step__execution__request=change.row).earliest(
        "pk"
    )
    assert first.outcome == found


def test_workers_told_to_stop_in_the_middle_hand_over(change: Change) -> None:
    change.fleet.account.fault("slow", seconds=2.0)
    change.approve()
    change.until_step(SHUTDOWN, "intent")
    for worker in change.fleet.workers:
        assert worker.stop() == 0
        worker.start()
    change.ends_well()
    attempts = StepAttempt.objects.filter(step__execution__request=change.row)
    assert set(attempts.values_list("outcome", flat=True)) == {"accepted"}


@pytest.mark.parametrize(
    ("method", "moment"), [("GET", "reading before it sends"), ("POST", "sending")]
)
def test_a_worker_frozen_beyond_its_lease_neither_sends_nor_writes_later(
    change: Change, method: str, moment: str
) -> None:
    frozen, other = change.fleet.workers
    change.until("pending")
    other.freeze()
    change.fleet.account.fault("slow", method, seconds=2.0)
    change.approve()
    change.fleet.wait_until(lambda: not change.fleet.account.faults(), moment)
    frozen.freeze()
    other.thaw()
    change.ends_well()
    frozen.thaw()
    change.fleet.wait_until(lambda: "lease_lost" in frozen.words(), "it notices")
    change.ends_well()


def test_database_sessions_cut_again_and_again(change: Change) -> None:
    change.approve()
    for _ in range(6):
        cut_every_session()
        time.sleep(0.5)
    change.ends_well()


def test_the_provider_is_away_for_a_while_in_the_middle(change: Change) -> None:
    change.approve()
    change.until_step(RESIZE, "acked")
    change.fleet.kill("simulator")
    time.sleep(2)
    change.fleet.heal()
    change.ends_well()


def cut_every_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
