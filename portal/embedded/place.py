"""Make the folders of the one-machine mode and keep others out while it runs."""

import contextlib
import errno
import fcntl
import hashlib
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from portal.embedded import locations
from portal.embedded.exceptions import EmbeddedError, InUseError

OUTSIDE = Path("/var/lib/digitalocean-operations-portal")
FAMILY_SECONDS = 20
SECRETS = ("SECRET_KEY", "PORTAL_KEYRING")


@contextlib.contextmanager
def occupied(say: Callable[[str], None]) -> Iterator[int]:
    """Be the only one that runs the portal of this checkout.

    Yields the descriptor of a lock that every child has to inherit: while any of
    them lives, the next start knows it and waits.
    Raises InUseError naming the process that already runs the portal.
    """
    var = locations.var_dir()
    try:
        var.mkdir(parents=True, exist_ok=True)
        file = (var / "up.lock").open("a+", encoding="ascii")
        family = (var / "children.lock").open("a")
    except PermissionError as error:
        raise EmbeddedError(
            f"{error.filename} belongs to another user, probably from a start as root."
            " Start as that user again, or let that user remove the folder."
        ) from error
    with file, family:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise InUseError(
                f"This portal is already running (process {file.read().strip()})."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        _outlive_the_last_family(family.fileno(), var / "children.lock", say)
        yield family.fileno()


def _outlive_the_last_family(lock: int, path: Path, say: Callable[[str], None]) -> None:
    """Wait for the children of a killed start; they were told to stop by its death."""
    begun, told, killed = time.monotonic(), False, False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - begun
        else:
            return
        if not told:
            say("Waiting for the processes of the last run to end.")
            told = True
        if waited > FAMILY_SECONDS and not killed:
            _kill_holders(path)
            killed = True
        if waited > 2 * FAMILY_SECONDS:
            raise InUseError("Processes of the last run do not end.")
        time.sleep(0.1)


def _kill_holders(path: Path) -> None:
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid() and holds(process, path):
            with contextlib.suppress(OSError):
                os.kill(int(process.name), signal.SIGKILL)


def holds(process: Path, path: Path) -> bool:
    """Whether the process of this /proc folder has the file open."""
    with contextlib.suppress(OSError):
        return any(link.samefile(path) for link in (process / "fd").iterdir())
    return False


def choose_state() -> Path:
    """The state folder, decided on the first start.

    As root the servers run as another user. When that user cannot reach the
    checkout (it is below a closed home), the state goes outside and var/ records
    where: no permission of an existing folder is ever widened.
    """
    state, record = locations.state_dir(), locations.location_record()
    if record.exists() or state.exists() or locations.server_account(state) is None:
        return state
    if _open_to_others(state.parent):
        return state
    name = hashlib.sha256(str(state).encode()).hexdigest()[:10]
    OUTSIDE.mkdir(mode=0o755, parents=True, exist_ok=True)
    record.write_text(f"{OUTSIDE / name}\n", encoding="utf-8")
    return OUTSIDE / name


def _open_to_others(path: Path) -> bool:
    resolved = path.resolve()
    return all(p.stat().st_mode & 0o001 for p in (resolved, *resolved.parents))


def make_secrets() -> None:
    """Make this machine's keys on the first start, readable by its owner only."""
    folder = locations.secrets_dir()
    folder.mkdir(mode=0o700, exist_ok=True)
    # Mail holds links that open things, so it is as private as the keys.
    locations.mail_dir().mkdir(mode=0o700, exist_ok=True)
    locations.mail_dir().chmod(0o700)
    for name in SECRETS:
        path = folder / name
        if path.exists():
            continue
        partial = folder / f"{name}.partial"
        partial.touch(mode=0o600)
        partial.write_text(locations.fresh_secret(name), encoding="ascii")
        partial.rename(path)


def check_port(port: int) -> bool:
    """Refuse a port that cannot be had; True when ::1 can be used as well."""
    if not 0 < port < 65536:
        raise EmbeddedError(f"PORT must be between 1 and 65535, not {port}.")
    for family, address in (
        (socket.AF_INET, "127.0.0.1"),
        (socket.AF_INET6, "::1"),
    ):
        problem = _bind(family, address, port)
        if problem == errno.EADDRINUSE:
            raise EmbeddedError(
                f"Port {port} is taken by another program. Choose another one:"
                f" make up PORT={port + 10}"
            )
        if problem == errno.EACCES:
            raise EmbeddedError(
                f"Port {port} needs root. Choose one above 1023: make up PORT=8000"
            )
    return problem == 0


def free_port(first: int) -> int:
    """The first free port of a few; they are kept over restarts when possible."""
    for port in range(first, first + 20):
        if port < 65536 and _bind(socket.AF_INET, "127.0.0.1", port) == 0:
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def reserve_port(first: int) -> socket.socket:
    """Keep a free port for the simulator, from now until this process ends.

    The socket is bound and never listens: nobody else gets the port, a connection is
    refused while the simulator is away, and the simulator, which shares it with
    SO_REUSEPORT, finds it free at every start.
    """
    for port in (*range(first, min(first + 20, 65536)), 0):
        # Whoever does not share refuses the first look; only then do we share.
        if port and _bind(socket.AF_INET, "127.0.0.1", port) != 0:
            continue
        kept = socket.socket()
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            kept.bind(("127.0.0.1", port))
        except OSError:
            kept.close()
            continue
        return kept
    raise EmbeddedError("No port is free on this machine.")


def _bind(family: socket.AddressFamily, address: str, port: int) -> int:
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return 0


def is_open(port: int) -> bool:
    """Whether something listens on this port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
