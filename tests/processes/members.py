"""One program of the fleet, and the side door of the simulated account."""

import contextlib
import os
import signal
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import requests

from portal.embedded import processes
from portal.embedded.processes import Command

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
