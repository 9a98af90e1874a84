"""PostgreSQL and Redis for one machine: on unix sockets only, as our own children.

Every process of the two servers inherits the lock of the state folder. Holding the
lock therefore proves that nothing of an earlier start is alive, however it ended.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from urllib.parse import quote

from portal.embedded import binaries, locations, postgresql, redis
from portal.embedded.exceptions import EmbeddedError, InUseError
from portal.embedded.processes import Command, spawn, stop

TESTS = "portal-tests-"
READY_SECONDS = 30
LOCK_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """How to start one server and how to know that it serves."""

    command: Command
    is_ready: Callable[[Path], bool]


@dataclass(frozen=True)
class Servers:
    """The servers of one state folder."""

    state: Path
    running: dict[str, Popen[bytes]]

    def environment(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL that reach these servers."""
        settings = locations.database_settings(self.state)
        host = quote(str(settings["HOST"]), safe="/")
        login = f"{settings['USER']}:{settings['PASSWORD']}"
        return {
            "DATABASE_URL": f"postgresql://{login}@/{settings['NAME']}?host={host}",
            "REDIS_URL": locations.redis_url(self.state),
        }


@contextlib.contextmanager
def start(state: Path, *, durable: bool = True) -> Iterator[Servers]:
    """Run both servers while the block runs; their words go to STATE/NAME.log.

    durable=False trades the data's safety for speed: for tests.
    Raises EmbeddedError when they cannot start, InUseError when others run them.
    """
    state = state.absolute()
    running: list[tuple[Popen[bytes], Command]] = []
    with locked(state) as lock:
        try:
            for server in prepare(state, lock=lock, durable=durable):
                log = state / f"{server.command.name}.log"
                with log.open("wb") as output:
                    child = spawn(server.command, output)
                running.append((child, server.command))
                _wait(server, child, state, log)
            yield Servers(state, {command.name: child for child, command in running})
        finally:
            for child, command in reversed(running):
                stop(child, command)
            shutil.rmtree(locations.run_dir(state), ignore_errors=True)


def prepare(
    state: Path,
    *,
    lock: int,
    durable: bool = True,
    with_postgresql: bool = True,
    with_redis: bool = True,
) -> list[Server]:
    """Make everything ready to spawn; call while holding the lock of the state."""
    programs = binaries.locate(state)
    # What a crash left in the folder of the sockets stops PostgreSQL from starting.
    shutil.rmtree(locations.run_dir(state), ignore_errors=True)
    _private_folder(locations.run_dir(state), state)
    servers = []
    if with_postgresql:
        postgresql.prepare(state, programs.postgresql, durable=durable, lock=lock)
        command = postgresql.command(
            state, programs.postgresql, durable=durable, lock=lock
        )
        servers.append(Server(command, postgresql.is_ready))
    if with_redis:
        _private_folder(state / "redis", state)
        command = redis.command(state, programs.redis, durable=durable, lock=lock)
        servers.append(Server(command, redis.is_ready))
    return servers


@contextlib.contextmanager
def locked(state: Path) -> Iterator[int]:
    """Hold the state folder alone; waits for servers of a killed start to end."""
    _private_folder(state, state)
    path = state / "lock"
    deadline = time.monotonic() + LOCK_SECONDS
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise InUseError(f"Another portal is using {state}.") from None
                time.sleep(0.1)
        yield file.fileno()


def for_tests() -> dict[str, str]:
    """Start fresh servers until this process ends, and return their addresses.

    {"DATABASE_URL": "postgresql://user:password@/portal?host=/socket/folder",
     "REDIS_URL": "redis+socket:///socket?virtual_host=0"}

    The data is in a temporary folder, removed at the end; what a killed run left
    behind is removed by the next one.
    """
    _remove_leftovers()
    state = Path(tempfile.mkdtemp(prefix=TESTS, dir="/tmp"))
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(start(state, durable=False)).environment()


def _remove_leftovers() -> None:
    yesterday = time.time() - 24 * 3600
    for folder in Path("/tmp").glob(f"{TESTS}*"):  # noqa: S108
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < yesterday:
                shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Server, child: Popen[bytes], state: Path, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not server.is_ready(state):
        if child.poll() is not None or time.monotonic() > deadline:
            words = log.read_text(encoding="utf-8", errors="replace").strip()
            raise EmbeddedError(f"{server.command.name} did not start:\n{words}")
        time.sleep(0.02)


def _private_folder(path: Path, state: Path) -> None:
    """Make a folder that only the servers' user may enter; refuse a stranger's."""
    account = locations.server_account(state)
    owner = account.pw_uid if account else os.geteuid()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is not None and not any(path.iterdir()):  # never a folder in use
        shutil.chown(path, account.pw_uid, account.pw_gid)
    found = path.lstat()
    if found.st_uid != owner or path.is_symlink():
        raise EmbeddedError(f"{path} belongs to another user. Remove it and try again.")
    path.chmod(0o700)
