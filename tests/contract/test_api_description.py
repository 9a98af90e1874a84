"""What pydo sends and what the simulated account answers, against the official
description of the API."""

import json
import warnings
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from portal.digitalocean import client, operations
from portal.digitalocean.errors import ProviderError
from portal.digitalocean.provider import METRICS, Provider
from portal.digitalocean.simulator import transport
from portal.digitalocean.simulator.account import POOL_ID
from portal.digitalocean.simulator.machine import Machine
from portal.digitalocean.simulator.routes import ROUTES
from tests.portal.digitalocean.account import ARGS, WEB_01, Clock, fault, make_machine

pytestmark = pytest.mark.contract
HOST = "https://api.digitalocean.com"


class Recorder(transport.MachineAdapter):
    """Keeps every exchange between pydo and the account."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.exchanges: list[tuple[requests.PreparedRequest, requests.Response]] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kw: Any) -> Any:
        response = super().send(request, *args, **kw)
        self.exchanges.append((request, response))
        return response


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machine(clock: Clock) -> Machine:
    return make_machine(clock=clock)


@pytest.fixture
def recorder(machine: Machine) -> Recorder:
    return Recorder(machine)


@pytest.fixture
def provider(recorder: Recorder) -> Provider:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", recorder)
    return client.connect("simulated-contract", session=session)


def conform(description: Any, recorder: Recorder) -> None:
    """Every exchange so far matches the description, request and response."""
    from openapi_core.testing import MockRequest, MockResponse

    assert recorder.exchanges
    for sent, got in recorder.exchanges:
        parts = urlsplit(sent.url or "")
        request = MockRequest(
            HOST,
            (sent.method or "").lower(),
            parts.path,
            args=dict(parse_qsl(parts.query)),
            headers=dict(sent.headers),
            data=sent.body
            if isinstance(sent.body, bytes)
            else (sent.body or "").encode(),
            content_type="application/json",
        )
        response = MockResponse(got.content, got.status_code, headers=dict(got.headers))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            description.validate_request(request)
            description.validate_response(request, response)


def test_every_read_conforms(
    description: Any, provider: Provider, recorder: Recorder, clock: Clock
) -> None:
    provider.account()
    provider.droplets()
    provider.droplet(WEB_01)
    provider.sizes()
    provider.regions()
    provider.droplet_actions(WEB_01)
    provider.pool_members(provider.pools()[0].id)
    for name in METRICS:
        provider.droplet_metric(WEB_01, name, int(clock.now) - 3600, int(clock.now))
    conform(description, recorder)


def test_every_operation_conforms(
    description: Any, provider: Provider, recorder: Recorder, clock: Clock
) -> None:
    resize = {**ARGS, "size": "s-4vcpu-8gb", "disk": True}
    for name, args in (
        ("droplet.shutdown", ARGS),
        ("droplet.resize", resize),
        ("droplet.power_on", ARGS),
        ("droplet.power_off", ARGS),
    ):
        sent = operations.get(name).send(provider, args)
        assert sent.action_id is not None
        provider.action(sent.action_id)
        provider.droplet(WEB_01)
        clock.forward(60)
        provider.action(sent.action_id)
        provider.droplet_actions(WEB_01)
    conform(description, recorder)


@pytest.mark.parametrize(
    "kind",
    ["throttled", "error_before", "pending_event", "unauthorized", "forbidden"],
)
def test_every_refusal_conforms(
    description: Any,
    provider: Provider,
    recorder: Recorder,
    machine: Machine,
    kind: str,
) -> None:
    fault(machine, kind, times=2)
    calls: list[Callable[[], object]] = [
        provider.account,
        lambda: provider.post_droplet_action(WEB_01, {"type": "shutdown"}),
    ]
    for call in calls:
        with pytest.raises(ProviderError):
            call()
    with pytest.raises(ProviderError):
        provider.droplet(1)
    conform(description, recorder)


def test_no_route_of_the_simulator_is_made_up(
    description: Any, machine: Machine
) -> None:
    from openapi_core.testing import MockRequest, MockResponse

    from portal.digitalocean.simulator.http import Request

    token = {"authorization": "Bearer simulated-contract"}
    started = machine.handle(
        Request(
            "POST",
            f"/v2/droplets/{WEB_01}/actions",
            headers=token,
            body=b'{"type": "reboot"}',
        )
    )
    action = json.loads(started.body)["action"]["id"]
    for method, pattern, _ in ROUTES:
        path = (
            pattern.pattern.replace(r"/actions/(?P<id>\d{1,18})", f"/actions/{action}")
            .replace(r"(?P<id>\d{1,18})", str(WEB_01))
            .replace(r"(?P<other>\d{1,18})", str(action))
            .replace(r"(?P<id>[0-9a-f-]{36})", POOL_ID)
        )
        if method != "GET" or "metrics" in path:
            continue
        answered = machine.handle(Request(method, path, headers=token))
        assert answered.status == 200, path
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            description.validate_response(
                MockRequest(HOST, "get", path),
                MockResponse(answered.body, answered.status),
            )
