"""The portal's real processes around the test database.

Two workers, two beats and the simulated account, each in a session of its own, with
a Redis that is theirs alone. Times are small, so that a lease runs out in seconds.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from django.db import connection
from redis import Redis

from portal.embedded import locations, processes, servers
from portal.embedded.processes import Command

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
TAIL = 3000


class Process:
    """One program that can be started, hurt and started again."""

    def __init__(self, command: Command, log: Path) -> None:
        self.command, self.log = command, log
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.child is not None
        return self.child.pid

    @property
    def is_alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.child = processes.spawn(self.command, output)

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(word) for word in path.read_text().split()]

    def kill_children(self) -> None:
        """The hands without the head, which must grow new ones."""
        for pid in self.children():
            os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """The whole tree at once, without a word."""
        self.signal(signal.SIGKILL)
        assert self.child is not None
        self.child.wait(10)

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 30) -> int:
        """Ask the head to end, as a supervisor does, and wait for it."""
        assert self.child is not None
        self.child.send_signal(number)
        return self.child.wait(seconds)

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def words(self) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        state = "alive" if self.is_alive else "not alive"
        return f"--- {self.command.name} ({state})\n{text[-TAIL:]}"


class Account:
    """The simulated account, through its own side door."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def effects(self) -> Counter[str]:
        """How often each kind of change was really made."""
        rows = requests.get(f"{self.url}/_simulator/ledger", timeout=5).json()
        return Counter(row["operation"] for row in rows["effects"])

    def fault(self, kind: str, method: str = "POST", **options: Any) -> None:
        path = options.pop("path", "/v2/droplets/*/actions")
        self._post("faults", {"kind": kind, "method": method, "path": path, **options})

    def faults(self) -> list[dict[str, Any]]:
        """The faults that have not happened yet."""
        rows = requests.get(f"{self.url}/_simulator/faults", timeout=5).json()
        return list(rows["faults"])

    def reset(self) -> None:
        self._post("reset", {})

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/_simulator/health", timeout=1).ok
        except requests.RequestException:
            return False

    def _post(self, what: str, body: dict[str, Any]) -> None:
        answer = requests.post(f"{self.url}/_simulator/{what}", json=body, timeout=5)
        answer.raise_for_status()


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
