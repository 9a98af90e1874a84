"""The simulated account keeps the provider's rules and its own books."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from portal.digitalocean.simulator.http import Request, Response
from portal.digitalocean.simulator.machine import Machine
from tests.portal.digitalocean.account import (
    ACTIONS,
    WEB_01,
    Clock,
    fault,
    in_process,
    make_machine,
    mutations,
    serving,
)

TOKEN = {"authorization": "Bearer simulated-x"}


def ask(
    machine: Machine, method: str, path: str, body: Any = None, **query: str
) -> Any:
    response = respond(machine, method, path, body, **query)
    return response.status, json.loads(response.body)


def respond(
    machine: Machine, method: str, path: str, body: Any = None, **query: str
) -> Response:
    raw = b"" if body is None else json.dumps(body).encode()
    return machine.handle(Request(method, path, query, TOKEN, raw))


def act(machine: Machine, kind: str, **options: Any) -> tuple[int, Any]:
    path = f"/v2/droplets/{WEB_01}/actions"
    status, body = ask(machine, "POST", path, {"type": kind, **options})
    return status, body.get("message") if status >= 400 else body["action"]


def droplet(machine: Machine) -> Any:
    return ask(machine, "GET", f"/v2/droplets/{WEB_01}")[1]["droplet"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machine(clock: Clock) -> Machine:
    return make_machine(clock=clock)


def test_a_call_without_a_made_up_token_is_turned_away(machine: Machine) -> None:
    for headers in ({}, {"authorization": "Bearer dop_v1_real"}):
        response = machine.handle(Request("GET", "/v2/account", headers=headers))
        assert response.status == 401
        assert "ratelimit-remaining" in response.headers


def test_an_action_locks_the_droplet_until_its_time_has_come(
    machine: Machine, clock: Clock
) -> None:
    status, action = act(machine, "shutdown")
    assert (status, action["status"]) == (201, "in-progress")
    assert droplet(machine)["locked"]
    assert act(machine, "power_off") == (422, "Droplet already has a pending event.")
    clock.forward(11)
    assert droplet(machine)["status"] == "off"
    assert not droplet(machine)["locked"]
    _, body = ask(machine, "GET", f"/v2/actions/{action['id']}")
    assert body["action"]["status"] == "completed"
    assert body["action"]["completed_at"]
    assert mutations(machine) == ["shutdown"]


def test_a_resize_keeps_the_disk_unless_told_otherwise(
    machine: Machine, clock: Clock
) -> None:
    act(machine, "power_off")
    clock.forward(10)
    act(machine, "resize", size="s-4vcpu-8gb", disk=False)
    clock.forward(30)
    after = droplet(machine)
    assert (after["size_slug"], after["vcpus"], after["disk"]) == ("s-4vcpu-8gb", 4, 80)
    act(machine, "resize", size="s-8vcpu-16gb", disk=True)
    clock.forward(30)
    assert droplet(machine)["disk"] == 320
    refused = act(machine, "resize", size="s-4vcpu-8gb", disk=False)
    assert refused == (422, "Size can not decrease size of Droplet's disk image.")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"type": "resize", "size": "s-4vcpu-8gb"}, 422),  # still on
        ({"type": "power_on"}, 422),
        ({"type": "teleport"}, 422),
        ({"type": None}, 422),
        ({}, 422),
        ([], 400),
        ("power_off", 400),
    ],
)
def test_impossible_actions_are_refused(
    machine: Machine, body: Any, status: int
) -> None:
    path = f"/v2/droplets/{WEB_01}/actions"
    assert ask(machine, "POST", path, body)[0] == status
    assert machine.ledger() == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"size": "nonsense"},
        {"size": "s-2vcpu-4gb"},  # the same
        {"size": "s-1vcpu-1gb"},  # smaller disk
        {"size": "s-8vcpu-32gb"},  # sold out
        {"size": "m-4vcpu-32gb"},  # not in this region
        {"size": "s-4vcpu-8gb", "disk": "yes"},
    ],
)
def test_impossible_resizes_are_refused(
    machine: Machine, clock: Clock, options: dict[str, Any]
) -> None:
    act(machine, "power_off")
    clock.forward(10)
    assert act(machine, "resize", **options)[0] == 422
    assert mutations(machine) == ["power_off"]


def test_a_droplet_that_is_off_cannot_be_switched_off(
    machine: Machine, clock: Clock
) -> None:
    act(machine, "power_off")
    clock.forward(10)
    assert act(machine, "power_off") == (422, "Droplet is already powered off.")
    assert act(machine, "shutdown")[0] == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/droplets/1", 404),
        ("GET", "/v2/droplets/1/actions", 404),
        ("GET", "/v2/actions/1", 404),
        ("GET", "/v2/databases", 404),
        ("DELETE", f"/v2/droplets/{WEB_01}", 405),
        ("GET", f"/v2/droplets/autoscale/{'0' * 36}", 404),
    ],
)
def test_what_is_not_there_is_not_found(
    machine: Machine, method: str, path: str, status: int
) -> None:
    assert ask(machine, method, path)[0] == status


@pytest.mark.parametrize("query", [{"page": "0"}, {"per_page": "500"}, {"page": "x"}])
def test_pages_beyond_the_limits_are_refused(
    machine: Machine, query: dict[str, str]
) -> None:
    assert ask(machine, "GET", "/v2/sizes", **query)[0] == 422


def test_droplets_can_be_listed_by_tag(machine: Machine) -> None:
    _, body = ask(machine, "GET", "/v2/droplets", tag_name="web")
    assert [row["name"] for row in body["droplets"]] == ["web-01", "web-02", "web-03"]


def test_a_hidden_action_runs_although_nobody_can_read_it(
    machine: Machine, clock: Clock
) -> None:
    fault(machine, "hidden", method="POST", path=ACTIONS, seconds=30)
    _, action = act(machine, "power_off")
    path = f"/v2/droplets/{WEB_01}/actions"
    assert ask(machine, "GET", path)[1]["actions"] == []
    assert ask(machine, "GET", f"/v2/actions/{action['id']}")[0] == 404
    clock.forward(31)
    assert len(ask(machine, "GET", path)[1]["actions"]) == 1


def test_an_action_can_fail(machine: Machine, clock: Clock) -> None:
    fault(machine, "action_errored", method="POST")
    _, action = act(machine, "power_off")
    clock.forward(10)
    _, body = ask(machine, "GET", f"/v2/actions/{action['id']}")
    assert body["action"]["status"] == "errored"
    assert droplet(machine)["status"] == "active"


def test_a_fault_fires_as_often_as_it_was_told(machine: Machine) -> None:
    fault(machine, "error_before", path="/v2/account", times=2)
    statuses = [ask(machine, "GET", "/v2/account")[0] for _ in range(3)]
    assert statuses == [500, 500, 200]
    assert ask(machine, "GET", "/v2/sizes")[0] == 200


def test_a_refusing_fault_leaves_the_others_armed(machine: Machine) -> None:
    fault(machine, "pending_event", method="POST")
    fault(machine, "action_errored", method="POST")
    assert act(machine, "power_off")[0] == 422
    assert [armed.kind for armed in machine.faults()] == ["action_errored"]


def test_the_processor_gets_busier_with_more_work_and_calmer_with_more_cores(
    machine: Machine, clock: Clock
) -> None:
    provider = in_process(machine)

    def busy(since: float) -> float:
        series = provider.droplet_metric(WEB_01, "cpu", int(since), int(clock.now))
        grown = {s.labels["mode"]: s.points[-1][1] - s.points[0][1] for s in series}
        return 1 - grown["idle"] / sum(grown.values())

    machine.set_demand(WEB_01, 1.4)
    before = busy(clock.now - 3600)
    act(machine, "power_off")
    clock.forward(10)
    act(machine, "resize", size="s-4vcpu-8gb", disk=False)
    clock.forward(30)
    act(machine, "power_on")
    clock.forward(3600)
    after = busy(clock.now - 3000)
    assert 0.3 < before < 1
    assert after < 0.7 * before
    machine.set_demand(WEB_01, 3.8)
    assert busy(clock.now - 3000) > after


def test_a_droplet_that_is_off_measures_nothing(machine: Machine, clock: Clock) -> None:
    act(machine, "power_off")
    clock.forward(4000)
    now = int(clock.now)
    provider = in_process(machine)
    assert provider.droplet_metric(WEB_01, "cpu", now - 3600, now) == []
    assert provider.droplet_metric(WEB_01, "memory_total", now - 3600, now) == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"host_id": "abc", "start": "1", "end": "2"},
        {"host_id": str(WEB_01), "start": "x", "end": "2"},
        {"host_id": str(WEB_01), "start": "1", "end": "99999999999"},
    ],
)
def test_metrics_of_nonsense_are_refused(
    machine: Machine, query: dict[str, str]
) -> None:
    path = "/v2/monitoring/metrics/droplet/cpu"
    assert ask(machine, "GET", path, **query)[0] == 422


def test_the_account_and_its_ledger_survive_a_restart(
    tmp_path: Path, clock: Clock
) -> None:
    first = Machine(tmp_path, action_seconds=10, clock=clock)
    act(first, "power_off")
    first.close()
    clock.forward(60)
    second = Machine(tmp_path, action_seconds=10, clock=clock)
    assert droplet(second)["status"] == "off"
    assert mutations(second) == ["power_off"]
    _, action = act(second, "power_on")
    assert action["id"] > second.ledger()[0].action_id
    second.reset()
    assert mutations(second) == []
    assert droplet(second)["status"] == "active"
    second.close()


def test_the_ledger_tells_equal_bodies_by_their_hash(
    machine: Machine, clock: Clock
) -> None:
    act(machine, "power_off")
    clock.forward(10)
    act(machine, "power_on")
    clock.forward(10)
    act(machine, "power_off")
    first, second, third = machine.ledger()
    assert first.body_sha256 == third.body_sha256 != second.body_sha256
    assert first.route == f"POST /v2/droplets/{WEB_01}/actions"
    assert first.resource == f"do:droplet:{WEB_01}"


def test_the_switches_work_over_loopback_http(machine: Machine) -> None:
    with serving(machine) as server:
        url = f"{server.url}/_simulator"
        assert requests.get(f"{url}/health", timeout=5).json() == {"status": "ok"}
        armed = requests.post(
            f"{url}/faults",
            json={"kind": "throttled", "path": "/v2/account", "seconds": 9},
            timeout=5,
        )
        assert armed.json()["faults"][0]["times"] == 1
        answer = requests.get(f"{server.url}/v2/account", headers=TOKEN, timeout=5)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "9")
        requests.post(f"{url}/faults", json={"kind": "slow"}, timeout=5)
        requests.post(f"{url}/faults", json={"clear": True}, timeout=5)
        assert requests.get(f"{url}/faults", timeout=5).json() == {"faults": []}
        load = {"droplet_id": WEB_01, "demand": 3}
        assert requests.post(f"{url}/load", json=load, timeout=5).status_code == 200
        assert requests.get(f"{url}/ledger", timeout=5).json() == {"effects": []}
        assert requests.post(f"{url}/reset", json={}, timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("faults", {"kind": "earthquake"}, 422),
        ("faults", {"kind": "slow", "speed": 1}, 422),
        ("faults", {"kind": "slow", "times": "many"}, 422),
        ("faults", {"kind": "slow", "times": None}, 422),
        ("faults", [], 400),
        ("load", {}, 422),
        ("load", {"droplet_id": 1, "demand": 1}, 404),
        ("load", {"droplet_id": WEB_01, "demand": "nan"}, 422),
        ("nothing", {}, 404),
    ],
)
def test_senseless_switches_are_refused(
    machine: Machine, path: str, body: Any, status: int
) -> None:
    with serving(machine) as server:
        url = f"{server.url}/_simulator/{path}"
        assert requests.post(url, json=body, timeout=5).status_code == status


def test_another_sites_page_cannot_reach_the_switches(machine: Machine) -> None:
    with serving(machine) as server:
        url = f"{server.url}/_simulator/reset"
        assert requests.post(url, data="{}", timeout=5).status_code == 415
        rebound = requests.get(
            f"{server.url}/_simulator/ledger",
            headers={"host": "evil.example"},
            timeout=5,
        )
        assert rebound.status_code == 403
