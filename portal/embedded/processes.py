"""Start and stop child processes that never outlive the one who started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from portal.embedded.locations import server_account

PR_SET_PDEATHSIG = 1
# What a server may see of our surroundings: no PG* or locale surprises.
SERVER_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Command:
    """One process to run: everything needed to start it, and start it again."""

    name: str
    arguments: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10
    stdin: bytes | None = None
    inherit: tuple[int, ...] = ()
    unsaid: tuple[str, ...] = ()  # lines with one of these are not worth a look
    cwd: Path = Path("/")
    server_state: Path | None = None  # set: run as the user of this state folder


def spawn(command: Command, output: int | IO[Any]) -> subprocess.Popen[bytes]:
    """Start a process in its own session, its output going to one file.

    It receives its stop signal when this thread's process dies, however it dies
    (Linux, PR_SET_PDEATHSIG). Call from the main thread only: the kernel binds the
    signal to the thread.
    """
    child = subprocess.Popen(
        command.arguments,
        stdin=subprocess.DEVNULL if command.stdin is None else subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=command.cwd,
        env=dict(command.environment),
        start_new_session=True,
        pass_fds=command.inherit,
        preexec_fn=_leash(command.stop_signal),
        **_identity(command.server_state),
    )
    if child.stdin is not None:
        # A child that dies at once is noticed by its exit, not here.
        with contextlib.suppress(BrokenPipeError), child.stdin as stream:
            stream.write(command.stdin or b"")
    return child


def stop(child: subprocess.Popen[bytes], command: Command) -> bool:
    """Ask a process to end, wait, then kill its whole session. True if it obeyed."""
    if child.poll() is None:
        child.send_signal(command.stop_signal)
        try:
            child.wait(command.stop_seconds)
        except subprocess.TimeoutExpired:
            kill_session(child)
            child.wait()
            return False
    kill_session(child)
    return True


def kill_session(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child's process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def run_as(
    state: Path,
    arguments: Sequence[str | Path],
    *,
    text: str = "",
    inherit: tuple[int, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a short program to its end as the servers' user, at most a minute."""
    return subprocess.run(
        arguments,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        cwd="/",
        env=SERVER_ENVIRONMENT,
        check=False,
        timeout=60,
        umask=0o077,
        pass_fds=inherit,
        preexec_fn=_leash(signal.SIGKILL),
        **_identity(state),
    )


def tie_to_parent(number: signal.Signals) -> None:
    """Receive this signal when the present parent dies, however it dies (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))


def _identity(state: Path | None) -> dict[str, Any]:
    account = server_account(state) if state else None
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _leash(number: signal.Signals) -> Callable[[], None] | None:
    """What the child does between fork and exec; it runs after the change of user."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died before the signal was set
            os._exit(1)

    return tie
