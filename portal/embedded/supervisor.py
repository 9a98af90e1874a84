"""Keep a set of processes running from one loop, and end them in order.

There is one thread on purpose: the kernel ties a child's parent-death signal to the
thread that started it, and forking beside other threads is not safe.
"""

import os
import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from subprocess import Popen
from types import FrameType, TracebackType
from typing import Self

from portal.embedded.exceptions import EmbeddedError
from portal.embedded.processes import Command, kill_session, spawn
from portal.embedded.terminal import Terminal

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDINGS_ALLOWED = 5
ENDINGS_WITHIN = 60.0
FIRST_PAUSE = 0.5
# One request to stop may arrive twice at once: from the terminal and through make.
SAME_REQUEST = 1.0


class StopRequested(Exception):  # noqa: N818  (a wish, not an error)
    """Somebody asked the portal to stop."""


class Child:
    """One process that is kept running, with what it has said and how it ended."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.process: Popen[bytes] | None = None
        self.endings: deque[float] = deque()
        self.start_at: float | None = None

    @property
    def name(self) -> str:
        return self.command.name

    def alive(self) -> bool:
        """Whether the process runs now."""
        return self.process is not None and self.process.poll() is None


class Output:
    """The words of one process: bytes in, whole lines out."""

    def __init__(self, command: Command, terminal: Terminal, descriptor: int) -> None:
        self.descriptor = descriptor
        self._command = command
        self._terminal = terminal
        self._rest = b""

    def read(self) -> bool:
        """Print the lines that have come. False at the end."""
        data = os.read(self.descriptor, 65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            lines.append(self._rest)
        for line in lines:
            self._print(line.decode(errors="replace"))
        return bool(data)

    def _print(self, line: str) -> None:
        if not any(part in line for part in self._command.unsaid):
            self._terminal.line(self._command.name, line)


class Supervisor:
    """Use as a context manager: leaving it stops every process, last started first."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._wake, self._wake_end = socket.socketpair()
        self._asked_at: float | None = None
        self._impatient = False

    def __enter__(self) -> Self:
        for end in (self._wake, self._wake_end):
            os.set_blocking(end.fileno(), False)
        self._selector.register(self._wake, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wake_end.fileno(), warn_on_full_buffer=False)
        # Explicitly: a shell starts background jobs with SIGINT ignored.
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in reversed(self.children):
            self._end(child)

    def start(self, command: Command) -> Child:
        """Start a process and keep it running from now on."""
        child = Child(command)
        self.children.append(child)
        self._spawn(child)
        return child

    def wait(self, child: Child, ready: Callable[[], bool], seconds: float) -> None:
        """Go on until a process serves; it may be restarted meanwhile."""
        begun = time.monotonic()
        while not ready():
            self._turn(0.05)
            if time.monotonic() - begun > seconds:
                message = f"{child.name} did not become ready within {seconds:.0f} s."
                raise EmbeddedError(message)
        spent = time.monotonic() - begun
        self.terminal.say(f"{child.name} is ready ({spent:.1f} s)")

    def run(self, command: Command) -> int:
        """Run a process to its end while the others go on; its exit status."""
        child = Child(command)
        self._spawn(child)
        try:
            while child.alive():
                self._turn(0.1)
        except (StopRequested, EmbeddedError):
            self._end(child)
            raise
        self._drain(0)
        assert child.process is not None  # noqa: S101  (spawned above)
        return child.process.returncode

    def watch(self) -> None:
        """Go on until asked to stop; raise EmbeddedError when it makes no sense."""
        while True:
            self._turn(1.0)

    def _turn(self, seconds: float) -> None:
        due = [child.start_at for child in self.children if child.start_at is not None]
        soonest = min(due, default=time.monotonic() + seconds) - time.monotonic()
        self._drain(max(0.0, min(seconds, soonest)))
        if self._asked_at is not None or self.terminal.lost():
            raise StopRequested
        for child in self.children:
            self._revive(child)

    def _revive(self, child: Child) -> None:
        if child.alive():
            return
        now = time.monotonic()
        if child.start_at is None:
            self._note_ending(child, now)
        elif child.start_at <= now:
            child.start_at = None
            self._spawn(child)

    def _note_ending(self, child: Child, now: float) -> None:
        if child.process is not None:
            kill_session(child.process)
        child.endings.append(now)
        while child.endings[0] < now - ENDINGS_WITHIN:
            child.endings.popleft()
        how = _how_it_ended(child)
        if len(child.endings) >= ENDINGS_ALLOWED:
            raise EmbeddedError(
                f"{child.name} {how}, {len(child.endings)} times within a minute."
                " Its last words are above."
            )
        pause = FIRST_PAUSE * 2 ** (len(child.endings) - 1)
        child.start_at = now + pause
        self.terminal.say(f"{child.name} {how}; it starts again in {pause:g} s")

    def _spawn(self, child: Child) -> None:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            child.process = spawn(child.command, writing)
        except OSError as error:
            os.close(reading)
            message = f"{child.name} cannot be started: {error}"
            raise EmbeddedError(message) from error
        finally:
            os.close(writing)
        output = Output(child.command, self.terminal, reading)
        self._selector.register(reading, selectors.EVENT_READ, output)

    def _end(self, child: Child) -> None:
        """Ask a process to end, wait, then kill it with its whole session."""
        process = child.process
        if process is None:
            return
        if child.alive():
            process.send_signal(child.command.stop_signal)
            deadline = time.monotonic() + child.command.stop_seconds
            while child.alive() and time.monotonic() < deadline and not self._impatient:
                self._drain(0.1)
            if child.alive():
                self.terminal.say(f"{child.name} did not stop in time and is killed")
        kill_session(process)
        process.wait()
        self._drain(0)
        self.terminal.say(f"{child.name} stopped")

    def _drain(self, seconds: float) -> None:
        """Pass on what the processes say, for at most so long."""
        for key, _ in self._selector.select(seconds):
            if key.fileobj is self._wake:
                self._wake.recv(4096)
            elif not key.data.read():
                self._selector.unregister(key.fileobj)
                os.close(key.data.descriptor)

    def _on_stop(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
        elif now - self._asked_at > SAME_REQUEST:
            self._impatient = True


def _how_it_ended(child: Child) -> str:
    status = child.process.returncode if child.process is not None else None
    if status is not None and status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
