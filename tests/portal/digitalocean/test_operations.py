"""Each droplet operation against each fault: what is sent, and what reading finds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.digitalocean import errors, operations
from portal.digitalocean.operations.protocol import Attempted, Observation, Operation
from portal.digitalocean.provider import Provider
from portal.digitalocean.simulator.machine import Machine
from tests.portal.digitalocean.account import (
    ACTIONS,
    ARGS,
    WEB_01,
    Clock,
    fault,
    in_process,
    make_machine,
    mutations,
)

RESIZE = {**ARGS, "size": "s-4vcpu-8gb", "disk": False}
LONG_AGO = timedelta(hours=2)


@dataclass
class Case:
    """One operation on one fresh account, brought to where the operation is ready."""

    operation: Operation
    args: dict[str, Any]
    machine: Machine
    clock: Clock
    provider: Provider
    done_before: int

    def check(self) -> Any:
        return self.operation.check(self.provider, self.args)

    def send(self) -> Any:
        return self.operation.send(self.provider, self.args)

    def look(
        self, baseline: dict[str, Any], action: int | None = None, *, late: bool = False
    ) -> Observation:
        intent_at = datetime.now(UTC) - (LONG_AGO if late else timedelta())
        attempted = Attempted(intent_at, action, baseline)
        return self.operation.observe(self.provider, self.args, attempted)

    def sent(self) -> int:
        return len(mutations(self.machine)) - self.done_before

    def fault(self, kind: str, **options: Any) -> None:
        fault(self.machine, kind, method="POST", path=ACTIONS, **options)


def make_case(name: str) -> Case:
    clock = Clock()
    machine = make_machine(clock=clock)
    provider = in_process(machine)
    if name in {"droplet.resize", "droplet.power_on"}:
        provider.post_droplet_action(WEB_01, {"type": "power_off"})
        clock.forward(60)
    args = RESIZE if name == "droplet.resize" else ARGS
    done = len(machine.ledger())
    return Case(operations.get(name), args, machine, clock, provider, done)


@pytest.fixture(params=operations.names())
def case(request: pytest.FixtureRequest) -> Case:
    return make_case(request.param)


def test_the_registry_knows_the_four_droplet_calls() -> None:
    assert operations.names() == [
        "droplet.power_off",
        "droplet.power_on",
        "droplet.resize",
        "droplet.shutdown",
    ]
    with pytest.raises(LookupError):
        operations.get("droplet.destroy")


def test_sent_once_followed_and_done(case: Case) -> None:
    readiness = case.check()
    assert readiness.verdict == "ready"
    sent = case.send()
    assert (sent.http_status, sent.resource_id) == (201, str(WEB_01))
    assert case.look(readiness.baseline, sent.action_id).verdict == "in_progress"
    case.clock.forward(60)
    done = case.look(readiness.baseline, sent.action_id)
    assert (done.verdict, done.action_id) == ("done", sent.action_id)
    assert done.evidence["action_status"] == "completed"
    assert case.sent() == 1
    assert case.check().verdict == "already"


@pytest.mark.parametrize(
    "kind", ["error_after", "drop_after", "hang", "malformed", "odd_status"]
)
def test_an_applied_change_with_a_lost_answer_is_recognised(
    case: Case, kind: str
) -> None:
    baseline = case.check().baseline
    case.fault(kind)
    with pytest.raises(errors.UnknownOutcomeError):
        case.send()
    found = case.look(baseline)
    assert found.verdict == "in_progress"
    assert found.action_id is not None
    case.clock.forward(60)
    assert case.look(baseline, found.action_id).verdict == "done"
    assert case.sent() == 1


@pytest.mark.parametrize("kind", ["error_before", "drop_before", "hang_before"])
def test_a_change_that_was_not_applied_leaves_no_trace(case: Case, kind: str) -> None:
    baseline = case.check().baseline
    case.fault(kind)
    with pytest.raises(errors.UnknownOutcomeError):
        case.send()
    for _ in range(2):
        assert case.look(baseline, late=True).verdict == "absent"
        case.clock.forward(60)
    case.send()
    assert case.sent() == 1


def test_a_change_nobody_can_read_yet_is_waited_for(case: Case) -> None:
    baseline = case.check().baseline
    case.fault("drop_after")
    case.fault("hidden", seconds=300)
    with pytest.raises(errors.UnknownOutcomeError):
        case.send()
    assert case.look(baseline).verdict == "in_progress"
    case.clock.forward(60)
    assert case.look(baseline).verdict == "done"
    assert case.sent() == 1


def test_an_accepted_action_may_be_missing_at_first(case: Case) -> None:
    baseline = case.check().baseline
    case.fault("hidden", seconds=45)
    sent = case.send()
    assert case.look(baseline, sent.action_id).verdict == "in_progress"
    case.clock.forward(60)
    assert case.look(baseline, sent.action_id).verdict == "done"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("throttled", errors.ThrottledError),
        ("pending_event", errors.BusyError),
        ("unauthorized", errors.RefusedError),
        ("forbidden", errors.RefusedError),
    ],
)
def test_a_refused_change_applies_nothing(
    case: Case, kind: str, error: type[Exception]
) -> None:
    baseline = case.check().baseline
    case.fault(kind)
    with pytest.raises(error):
        case.send()
    assert case.look(baseline).verdict == "absent"
    assert case.sent() == 0


def test_an_action_that_fails_at_the_provider_is_failed(case: Case) -> None:
    baseline = case.check().baseline
    case.fault("action_errored")
    sent = case.send()
    case.clock.forward(60)
    failed = case.look(baseline, sent.action_id)
    assert failed.verdict == "failed"
    assert "errored" in failed.reason


def test_somebody_elses_running_action_is_waited_for_and_never_adopted(
    case: Case,
) -> None:
    foreign = case.provider.post_droplet_action(
        WEB_01, {"type": "power_cycle" if case.done_before else "reboot"}
    )
    waiting = case.check()
    assert waiting.verdict == "wait"
    assert "busy" in waiting.reason
    seen = case.look(waiting.baseline)
    assert (seen.verdict, seen.action_id) == ("in_progress", None)
    assert foreign.action_id is not None


def test_an_earlier_action_of_the_same_kind_is_not_ours(case: Case) -> None:
    first = case.check()
    sent = case.send()
    case.clock.forward(60)
    opposite = {"off": "power_on", "active": "power_off"}
    status = case.provider.droplet(WEB_01).status
    if case.operation.name != "droplet.resize":
        case.provider.post_droplet_action(WEB_01, {"type": opposite[status]})
        case.clock.forward(60)
        second = case.check()
        assert sent.action_id in second.baseline["action_ids"]
        assert case.look(second.baseline, late=True).verdict == "absent"
    assert sent.action_id not in first.baseline["action_ids"]


def test_unreachable_reads_are_errors_and_not_verdicts(case: Case) -> None:
    baseline = case.check().baseline
    fault(case.machine, "error_before", method="GET", times=2)
    with pytest.raises(errors.UnavailableError):
        case.check()
    with pytest.raises(errors.UnavailableError):
        case.look(baseline)


def test_a_droplet_that_is_gone_is_an_error(case: Case) -> None:
    case.args = {**case.args, "droplet_id": 7}
    with pytest.raises(errors.GoneError):
        case.check()
    with pytest.raises(errors.GoneError):
        case.send()


def test_a_completed_shutdown_does_not_prove_the_droplet_off() -> None:
    case = make_case("droplet.shutdown")
    baseline = case.check().baseline
    case.fault("shutdown_ignored")
    sent = case.send()
    case.clock.forward(60)
    assert case.look(baseline, sent.action_id).verdict == "in_progress"
    failed = case.look(baseline, sent.action_id, late=True)
    assert failed.verdict == "failed"
    assert "web-01 is on" in failed.reason
    power_off = operations.get("droplet.power_off")
    assert power_off.check(case.provider, ARGS).verdict == "ready"


def test_what_the_provider_calls_already_so_is_settled_by_reading() -> None:
    case = make_case("droplet.power_off")
    baseline = case.check().baseline
    case.provider.post_droplet_action(WEB_01, {"type": "shutdown"})
    case.clock.forward(60)
    with pytest.raises(errors.AlreadyError):
        case.send()
    assert case.look(baseline).verdict == "done"
    assert case.sent() == 1


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ("s-1vcpu-1gb", "cannot shrink"),
        ("s-8vcpu-32gb", "not offered"),
        ("m-4vcpu-32gb", "not offered in fra1"),
        ("nonsense", "not offered"),
    ],
)
def test_a_resize_that_can_never_work_is_refused(size: str, reason: str) -> None:
    case = make_case("droplet.resize")
    case.args = {**RESIZE, "size": size}
    readiness = case.check()
    assert readiness.verdict == "refuse"
    assert reason in readiness.reason


def test_a_running_droplet_is_not_resized() -> None:
    case = make_case("droplet.resize")
    case.provider.post_droplet_action(WEB_01, {"type": "power_on"})
    case.clock.forward(60)
    assert case.check().verdict == "refuse"


def test_a_foreign_resize_to_another_size_is_not_our_success() -> None:
    case = make_case("droplet.resize")
    baseline = case.check().baseline
    body = {"type": "resize", "size": "s-8vcpu-16gb", "disk": False}
    case.provider.post_droplet_action(WEB_01, body)
    case.clock.forward(60)
    assert case.look(baseline, late=True).verdict == "failed"


def test_the_words_and_the_request_are_those_of_the_call() -> None:
    resize = operations.get("droplet.resize")
    assert resize.describe(RESIZE) == "Resize web-01 to s-4vcpu-8gb, keeping its disk"
    assert resize.request_line(RESIZE) == (
        f"POST /v2/droplets/{WEB_01}/actions"
        ' {"type": "resize", "disk": false, "size": "s-4vcpu-8gb"}'
    )
    shutdown = operations.get("droplet.shutdown")
    assert shutdown.describe(ARGS) == "Shut down web-01"


def test_every_way_back_is_an_operation_and_a_grown_disk_has_none() -> None:
    baseline = {"size_slug": "s-2vcpu-4gb"}
    resize = operations.get("droplet.resize")
    assert resize.undo(RESIZE, baseline) == (
        "droplet.resize",
        {**RESIZE, "size": "s-2vcpu-4gb"},
    )
    assert resize.undo({**RESIZE, "disk": True}, baseline) is None
    for name in ("droplet.shutdown", "droplet.power_off", "droplet.power_on"):
        back = operations.get(name).undo(ARGS, {})
        assert back is not None
        assert operations.get(back[0])
