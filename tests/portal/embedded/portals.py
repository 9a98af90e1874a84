"""Real portals for tests: `manage.py up` on a free port with its data in a folder of
its own."""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded import locations, place

REPLACEMENTS = ("DATABASE_URL", "REDIS_URL", "DIGITALOCEAN_", "SECRET_KEY", "PORTAL_")
START_SECONDS = 120  # two cores may be busy with other tests


@dataclass
class Portal:
    """One run of the portal, or several one after another, over the same data."""

    folder: Path
    port: int
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None
    runs: list[Path] = field(default_factory=list)

    def start(self, terminal: int | None = None) -> "Portal":
        """Start it, its words going to a log or to a terminal's descriptor."""
        log = self.folder / f"log-{len(self.runs)}"
        self.runs.append(log)
        identity = {}
        if self.user is not None:
            account = pwd.getpwnam(self.user)
            identity = {
                "user": account.pw_uid,
                "group": account.pw_gid,
                "extra_groups": [],
            }
        with log.open("wb") as file:
            output = file if terminal is None else terminal
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=locations.CHECKOUT,
                env=self.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **identity,
            )
        return self

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith((*REPLACEMENTS, "DJANGO_SETTINGS", "PYTEST"))
        }
        return {
            **kept,
            "PORT": str(self.port),
            "PORTAL_VAR": str(self.folder / "var"),
            "STATIC_ROOT": str(self.folder / "static"),
            "HOME": str(self.folder),
            # Marks every process of this portal, to count them in /proc.
            "PORTAL_TEST_MARK": str(self.folder),
        }

    def ensure(self) -> None:
        """Start it unless it runs."""
        if self.process is None or self.process.poll() is not None:
            self.start().until_ready()

    def until_ready(self) -> "Portal":
        self.until(lambda: "The portal is at" in self.output())
        return self

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.1)

    def output(self) -> str:
        return self.runs[-1].read_text(encoding="utf-8", errors="replace")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def processes(self) -> dict[int, str]:
        """Every living process of this portal: by its marked environment, and the
        servers, whose environment is bare, by the lock they hold."""
        mark = f"PORTAL_TEST_MARK={self.folder}".encode()
        lock = self.folder / "var" / "state" / "lock"
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if mark in (entry / "environ").read_bytes() or place.holds(entry, lock):
                    found[int(entry.name)] = words
        return found

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=locations.CHECKOUT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
            timeout=60,
        )


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder the servers' user can pass; pytest's own are closed."""
    with tempfile.TemporaryDirectory(prefix="portal-run-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextlib.contextmanager
def portal(folder: Path, user: str | None = None) -> Iterator[Portal]:
    found = Portal(folder, place.free_port(18000 + os.getpid() % 4000), user)
    try:
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            found.stop(signal.SIGTERM)
        for pid in found.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
