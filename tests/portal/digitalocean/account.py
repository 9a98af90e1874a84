"""A simulated account for tests, in this process or behind loopback HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from django.test import override_settings

from portal.digitalocean import client
from portal.digitalocean.provider import Provider
from portal.digitalocean.simulator import transport
from portal.digitalocean.simulator.faults import Fault, FaultKind
from portal.digitalocean.simulator.machine import Machine
from portal.digitalocean.simulator.server import Server

WEB_01 = 386734086
ACTIONS = "/v2/droplets/*/actions"
ARGS: dict[str, Any] = {"droplet_id": WEB_01, "droplet_name": "web-01"}


class Clock:
    """Unix seconds that only move when told."""

    def __init__(self, now: float = 1_795_500_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


def make_machine(**options: Any) -> Machine:
    return Machine(**{"action_seconds": 10.0, **options})


def in_process(machine: Machine) -> Provider:
    """A provider whose calls are answered by the machine without a socket."""
    return client.connect("simulated-test", session=transport.session(machine))


def mutations(machine: Machine) -> list[str]:
    return [effect.operation for effect in machine.ledger()]


def fault(machine: Machine, kind: FaultKind | str, **options: Any) -> None:
    machine.add_fault(Fault(FaultKind(kind), **options))


@contextmanager
def serving(machine: Machine) -> Iterator[Server]:
    server = Server(machine)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(timeout=5)


@contextmanager
def simulated_account(machine: Machine) -> Iterator[Machine]:
    """Let `client.reader()` and `client.writer()` reach this machine."""
    with override_settings(DIGITALOCEAN_SESSION=transport.session(machine)):
        yield machine
