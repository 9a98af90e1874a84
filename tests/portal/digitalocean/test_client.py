"""pydo over real loopback HTTP: one request, and an error that says what to do."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import override_settings

from portal.digitalocean import client, errors
from portal.digitalocean.provider import Provider
from tests.portal.digitalocean.account import (
    ACTIONS,
    WEB_01,
    fault,
    make_machine,
    mutations,
    serving,
)

POWER_OFF = {"type": "power_off"}
Answer = tuple[int, dict[str, str], bytes]


class Scripted:
    """A server that gives one prepared answer and counts the requests it gets."""

    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer
        self.hits = 0
        self.authorization = ""


@contextmanager
def scripted(answer: Answer | None) -> Iterator[tuple[Scripted, Provider]]:
    """None closes the connection without an answer."""
    script = Scripted(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self) -> None:
            script.hits += 1
            script.authorization = self.headers["authorization"]
            self.rfile.read(int(self.headers.get("content-length", 0)))
            if script.answer is None:
                self.close_connection = True
                return
            status, headers, body = script.answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = serve  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    try:
        yield script, client.connect("simulated-x", endpoint=endpoint, read_timeout=2)
    finally:
        server.shutdown()
        server.server_close()


def error_body(message: str) -> bytes:
    return b'{"id": "some_id", "message": "%s"}' % message.encode()


JSON = {"content-type": "application/json"}
CHANGES: list[tuple[int, str, type[errors.ProviderError]]] = [
    (301, "", errors.UnknownOutcomeError),
    (400, "", errors.RefusedError),
    (401, "", errors.RefusedError),
    (403, "", errors.RefusedError),
    (404, "", errors.GoneError),
    (408, "", errors.UnknownOutcomeError),
    (409, "", errors.BusyError),
    (412, "", errors.BusyError),
    (422, "Droplet already has a pending event.", errors.BusyError),
    (422, "The cluster is undergoing maintenance.", errors.BusyError),
    (422, "Droplet is already powered off.", errors.AlreadyError),
    (422, "Size can not decrease size of the disk.", errors.RefusedError),
    (429, "", errors.ThrottledError),
    (500, "", errors.UnknownOutcomeError),
    (502, "", errors.UnknownOutcomeError),
    (503, "", errors.UnknownOutcomeError),
    (504, "", errors.UnknownOutcomeError),
    (200, "", errors.UnknownOutcomeError),
    (202, "", errors.UnknownOutcomeError),
]


@pytest.mark.parametrize(("status", "message", "expected"), CHANGES)
def test_a_change_is_sent_once_whatever_the_answer(
    status: int, message: str, expected: type[errors.ProviderError]
) -> None:
    with (
        scripted((status, JSON, error_body(message))) as (script, provider),
        pytest.raises(expected) as caught,
    ):
        provider.post_droplet_action(1, POWER_OFF)
    assert type(caught.value) is expected
    assert caught.value.http_status == status
    assert script.hits == 1


@pytest.mark.parametrize("status", [429, 422, 500, 503])
def test_a_retry_after_header_does_not_repeat_a_change(status: int) -> None:
    headers = {**JSON, "retry-after": "1"}
    with scripted((status, headers, error_body(""))) as (script, provider):
        started = time.monotonic()
        with pytest.raises(errors.ProviderError):
            provider.post_droplet_action(1, POWER_OFF)
        assert script.hits == 1
        assert time.monotonic() - started < 0.9


READS: list[tuple[int, type[errors.ProviderError]]] = [
    (400, errors.RefusedError),
    (401, errors.RefusedError),
    (403, errors.RefusedError),
    (404, errors.GoneError),
    (408, errors.UnavailableError),
    (429, errors.ThrottledError),
    (500, errors.UnavailableError),
    (503, errors.UnavailableError),
    (204, errors.UnavailableError),
]


@pytest.mark.parametrize(("status", "expected"), READS)
def test_a_read_is_not_repeated_either(
    status: int, expected: type[errors.ProviderError]
) -> None:
    with (
        scripted((status, JSON, b"" if status == 204 else error_body(""))) as (
            script,
            provider,
        ),
        pytest.raises(expected) as caught,
    ):
        provider.droplet(1)
    assert type(caught.value) is expected
    assert script.hits == 1


def test_a_dropped_connection_leaves_a_change_unknown_and_a_read_unavailable() -> None:
    with scripted(None) as (script, provider):
        with pytest.raises(errors.UnknownOutcomeError):
            provider.post_droplet_action(1, POWER_OFF)
        with pytest.raises(errors.UnavailableError):
            provider.droplet(1)
    assert script.hits == 2


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"<html>", b"[]", b'{"action": {}}', b'{"action": 7}']
)
def test_an_undecodable_success_leaves_a_change_unknown(body: bytes) -> None:
    with (
        scripted((201, JSON, body)) as (script, provider),
        pytest.raises(errors.UnknownOutcomeError),
    ):
        provider.post_droplet_action(1, POWER_OFF)
    assert script.hits == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"droplet": {"id": 1}}'])
def test_an_undecodable_read_is_unavailable(body: bytes) -> None:
    with (
        scripted((200, JSON, body)) as (_script, provider),
        pytest.raises(errors.UnavailableError),
    ):
        provider.droplet(1)


def test_a_refused_connection_means_nothing_was_sent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    provider = client.connect("simulated-x", endpoint=endpoint)
    calls: list[Callable[[], object]] = [
        lambda: provider.post_droplet_action(1, POWER_OFF),
        provider.droplets,
    ]
    for call in calls:
        with pytest.raises(errors.UnreachableError):
            call()


def test_a_hanging_provider_is_given_up_after_the_read_timeout() -> None:
    machine = make_machine()
    fault(machine, "hang", method="POST")
    with serving(machine) as server:
        provider = client.connect("simulated-x", endpoint=server.url, read_timeout=0.3)
        started = time.monotonic()
        with pytest.raises(errors.UnknownOutcomeError):
            provider.post_droplet_action(WEB_01, POWER_OFF)
        assert time.monotonic() - started < 2
        assert mutations(machine) == ["power_off"]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "99999999"}, 3600),
        ({"retry-after": "-5"}, 1),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "nan"}, 60),
        ({}, 60),
    ],
)
def test_a_throttled_call_says_how_long_to_wait(
    headers: dict[str, str], wait: float
) -> None:
    with (
        scripted((429, {**JSON, **headers}, error_body(""))) as (_script, provider),
        pytest.raises(errors.ThrottledError) as caught,
    ):
        provider.account()
    assert caught.value.wait_seconds == wait


def test_without_retry_after_the_wait_lasts_until_the_budget_recovers() -> None:
    headers = {**JSON, "ratelimit-reset": str(int(time.time()) + 120)}
    with (
        scripted((429, headers, error_body(""))) as (_script, provider),
        pytest.raises(errors.ThrottledError) as caught,
    ):
        provider.account()
    assert 110 < caught.value.wait_seconds <= 120


def test_only_the_token_being_turned_away_counts_as_an_auth_error() -> None:
    assert errors.RefusedError(http_status=403).auth
    assert not errors.RefusedError(http_status=422).auth


def test_no_error_carries_the_body_or_the_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    canary = b'{"password": "canary-7f3a"}'
    for status in (200, 422, 500):
        with (
            scripted((status, JSON, canary)) as (script, provider),
            pytest.raises(errors.ProviderError) as caught,
        ):
            provider.post_droplet_action(1, POWER_OFF)
        assert "canary" not in f"{caught.value!r} {caught.value}"
        assert caught.value.__suppress_context__
        assert script.authorization == "Bearer simulated-x"
    assert "canary-7f3a" not in caplog.text
    assert "simulated-x" not in caplog.text


def test_the_error_keeps_the_providers_request_id() -> None:
    headers = {**JSON, "x-request-id": "abc-123"}
    with (
        scripted((500, headers, error_body(""))) as (_script, provider),
        pytest.raises(errors.UnknownOutcomeError) as caught,
    ):
        provider.post_droplet_action(1, POWER_OFF)
    assert caught.value.request_id == "abc-123"
    assert "HTTP 500" in str(caught.value)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://api.digitalocean.com",
        "http://10.0.0.1:8999",
        "HTTP://example.com",
        "http://127.0.0.1.example.com",
        "http://",
    ],
)
def test_plain_http_is_refused_beyond_this_machine(endpoint: str) -> None:
    with pytest.raises(ValueError, match="this machine"):
        client.connect("simulated-x", endpoint=endpoint)


def test_the_guard_stops_a_change_before_the_socket_and_lets_reads_pass() -> None:
    class LeaseLostError(Exception):
        pass

    def lost() -> None:
        raise LeaseLostError

    machine = make_machine()
    with serving(machine) as server:
        provider = client.connect("simulated-x", endpoint=server.url)
        with provider.sending(lost):
            assert provider.droplet(WEB_01).name == "web-01"
            with pytest.raises(LeaseLostError):
                provider.post_droplet_action(WEB_01, POWER_OFF)
        assert mutations(machine) == []
        provider.post_droplet_action(WEB_01, POWER_OFF)
        assert mutations(machine) == ["power_off"]


def test_every_answer_updates_the_budget() -> None:
    with serving(make_machine()) as server:
        provider = client.connect("simulated-x", endpoint=server.url)
        assert provider.budget is None
        provider.account()
        first = provider.budget
        provider.account()
        assert first is not None
        assert provider.budget is not None
        assert provider.budget.remaining == first.remaining - 1
        assert provider.requests == 2


def test_reader_and_writer_are_made_once_and_hold_their_own_tokens() -> None:
    with (
        serving(make_machine()) as server,
        override_settings(
            DIGITALOCEAN_ENDPOINT=server.url,
            DIGITALOCEAN_READ_TOKEN="simulated-read",
            DIGITALOCEAN_WRITE_TOKEN="simulated-write",
        ),
    ):
        assert client.reader() is client.reader()
        assert client.reader() is not client.writer()
        assert client.reader().account().status == "active"


def test_without_a_token_nothing_is_called() -> None:
    with (
        override_settings(DIGITALOCEAN_ENDPOINT="", DIGITALOCEAN_READ_TOKEN=""),
        pytest.raises(errors.RefusedError, match="No DigitalOcean token") as caught,
    ):
        client.reader()
    assert caught.value.auth


def test_lists_are_read_to_their_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.digitalocean.provider.PER_PAGE", 3)
    with serving(make_machine()) as server:
        provider = client.connect("simulated-x", endpoint=server.url)
        assert len({droplet.id for droplet in provider.droplets()}) == 10
        assert provider.requests == 4


def test_faults_of_the_simulator_reach_the_client_over_http() -> None:
    expected = {
        "error_before": (errors.UnknownOutcomeError, 0),
        "error_after": (errors.UnknownOutcomeError, 1),
        "drop_before": (errors.UnknownOutcomeError, 0),
        "drop_after": (errors.UnknownOutcomeError, 1),
        "malformed": (errors.UnknownOutcomeError, 1),
        "odd_status": (errors.UnknownOutcomeError, 1),
        "throttled": (errors.ThrottledError, 0),
        "pending_event": (errors.BusyError, 0),
        "unauthorized": (errors.RefusedError, 0),
        "forbidden": (errors.RefusedError, 0),
    }
    for kind, (error, effects) in expected.items():
        machine = make_machine()
        fault(machine, kind, method="POST", path=ACTIONS)
        with serving(machine) as server:
            provider = client.connect("simulated-x", endpoint=server.url)
            with pytest.raises(error):
                provider.post_droplet_action(WEB_01, POWER_OFF)
        assert len(machine.ledger()) == effects, kind


def test_importing_the_operations_does_not_import_pydo() -> None:
    import subprocess
    import sys

    code = (
        "import sys, django.conf; django.conf.settings.configure();"
        "from portal.digitalocean import client, operations;"
        "sys.exit('pydo' in sys.modules or 'azure.core' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
