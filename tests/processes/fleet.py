"""The portal's real processes around the test database.

Two workers, two beats and the simulated account, each in a session of its own, with
a Redis that is theirs alone. Times are small, so that a lease runs out in seconds.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from redis import Redis

from portal.embedded import locations, servers
from portal.embedded.processes import Command
from tests.processes.members import Account, Process

LEASE_SECONDS = 4.0
SETTINGS = {
    "PORTAL_MODE": "embedded",
    "PORTAL_LOG_FORMAT": "console",
    "CHANGES_LEASE_SECONDS": f"{LEASE_SECONDS}",
    "CHANGES_HEARTBEAT_SECONDS": "1",
    "CHANGES_TIME_FACTOR": "0.04",
    "OWN_TICK_AFTER": "3",
    "OWN_TICK_EVERY": "0.5",
    "SWEEP_EVERY": "0.4",
    "SIMULATOR_ACTION_SECONDS": "0.5",
    "DIGITALOCEAN_TOKEN": "simulated-test",
    "DIGITALOCEAN_READ_TIMEOUT": "30",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore::UserWarning",
}
OURS = ("DJANGO_", "PYTEST_", "DIGITALOCEAN_", "PORTAL_REQUIRE", "COV_")


class Fleet:
    """All processes by name: ``worker-1``, ``worker-2``, ``beat-1``, ``beat-2``,
    ``simulator``, ``redis``."""

    def __init__(self, folder: Path, redis: servers.Server, state: Path) -> None:
        self.folder, self.redis, self.state = folder, redis, state
        self.port = free_port()
        self.account = Account(self.port)
        self.all: dict[str, Process] = {}
        self._add(redis.command)
        self._add(self._manage("simulator"))
        for number in (1, 2):
            self._add(self._celery(f"worker-{number}", "worker", "--concurrency", "2"))
            self._add(self._celery(f"beat-{number}", "beat", "--pidfile="))

    def __getitem__(self, name: str) -> Process:
        return self.all[name]

    @property
    def workers(self) -> tuple[Process, Process]:
        return self["worker-1"], self["worker-2"]

    @property
    def broker(self) -> Redis:
        return Redis(unix_socket_path=str(locations.redis_socket(self.state)))

    def heal(self) -> None:
        """Start what is not running, wake what sleeps."""
        for process in self.all.values():
            if process.is_alive:
                process.thaw()
            else:
                process.start()
        self.wait_until(self.account.answers, "the simulator answers")
        self.wait_until(lambda: self.redis.is_ready(self.state), "Redis answers")

    def kill(self, *names: str) -> None:
        for name in names:
            self[name].kill()

    def stop(self) -> None:
        """End everything by its pid, whatever state it is in."""
        for process in self.all.values():
            if process.child is not None:
                process.signal(signal.SIGKILL)
        for process in self.all.values():
            if process.child is not None:
                process.child.wait(10)

    def wait_until(
        self, condition: Callable[[], Any], what: str, seconds: float = 30
    ) -> None:
        """Poll; when it never comes true, fail with everything the processes said."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                words = "\n".join(process.words() for process in self.all.values())
                pytest.fail(f"Not within {seconds} s: {what}\n{words}", pytrace=False)
            time.sleep(0.05)

    def environment(self, process: str, **more: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(OURS)
        }
        return {
            **kept,
            **SETTINGS,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": locations.redis_url(self.state),
            "DIGITALOCEAN_ENDPOINT": self.account.url,
            "PORTAL_VAR": str(self.folder / "var"),
            "PORTAL_PROCESS": process,
            **more,
        }

    def _add(self, command: Command) -> None:
        self.all[command.name] = Process(command, self.folder / f"{command.name}.log")

    def _celery(self, name: str, program: str, *options: str) -> Command:
        more = ["--schedule", str(self.folder / name)]
        if program == "worker":
            more = ["--without-gossip", "--without-mingle", "-n", name]
        words = ["-m", "celery", "--quiet", "--app", "portal", program]
        return self._python(name, program, *words, *options, *more)

    def _manage(self, program: str) -> Command:
        words = ["--port", str(self.port), "--state", str(self.folder / program)]
        return self._python(program, "command", "manage.py", program, *words)

    def _python(self, name: str, process: str, *words: str) -> Command:
        return Command(
            name=name,
            arguments=[sys.executable, *words],
            environment=self.environment(process),
            stop_signal=signal.SIGKILL,  # should this run die, they die with it
            cwd=locations.CHECKOUT,
        )


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Fleet]:
    """Start everything in a folder of its own; stop it whatever happens."""
    state = folder / "state"
    with servers.locked(state) as lock:
        (redis,) = servers.prepare(state, lock=lock, with_postgresql=False)
        fleet = Fleet(folder, redis, state)
        try:
            fleet.heal()
            yield fleet
        finally:
            fleet.stop()


def database_url(host: str = "") -> str:
    """The test database as a URL; ``host`` replaces the folder of its socket."""
    found = connection.settings_dict
    login = f"{found['USER']}:{quote(found['PASSWORD'], safe='')}"
    folder = quote(host or str(found["HOST"]), safe="/")
    return f"postgresql://{login}@/{found['NAME']}?host={folder}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
