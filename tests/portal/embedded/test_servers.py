"""The two servers without the portal: what a crash leaves, and who may enter."""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.embedded import locations, servers
from portal.embedded.exceptions import EmbeddedError, InUseError
from tests.portal.embedded.portals import open_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

HOLD = """
import sys, time
from pathlib import Path
from portal.embedded import servers
with servers.start(Path(sys.argv[1]), durable=False):
    print("serving", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def state() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "state"


@contextlib.contextmanager
def starter(state: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that starts the servers, and is killed at the end if need be."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state)],
        cwd=locations.CHECKOUT,
        stdout=subprocess.PIPE,
        encoding="ascii",
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def serves(child: subprocess.Popen[str]) -> bool:
    return child.stdout is not None and child.stdout.readline() == "serving\n"


def server_pids(state: Path) -> list[int]:
    marks = (str(state / "postgresql"), str(locations.run_dir(state)))
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_text(errors="replace")
        except OSError:
            continue
        if "from portal" not in words and any(mark in words for mark in marks):
            found.append(int(entry.name))
    return found


def test_they_start_again_after_everything_was_killed_at_once(state: Path) -> None:
    with starter(state) as child:
        assert serves(child)
        for pid in [child.pid, *server_pids(state)]:
            os.kill(pid, signal.SIGKILL)
    with servers.start(state, durable=False) as found:
        assert set(found.running) == {"postgresql", "redis"}


def test_they_end_by_themselves_when_their_starter_is_killed(state: Path) -> None:
    with starter(state) as child:
        assert serves(child)
        assert server_pids(state)
    until(lambda: not server_pids(state))


def test_a_start_killed_while_creating_the_cluster_leaves_nothing_half(
    state: Path,
) -> None:
    with starter(state):
        until((state / "postgresql.partial").exists)
    assert not (state / "postgresql").exists()
    with servers.start(state, durable=False) as found:
        assert found.running["postgresql"].poll() is None


def test_a_second_starter_is_refused(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "LOCK_SECONDS", 0.2)
    with (
        servers.locked(state),
        pytest.raises(InUseError, match="Another portal"),
        servers.start(state),
    ):
        pass


def test_a_pid_file_naming_a_strange_process_does_not_stop_them(state: Path) -> None:
    with servers.start(state, durable=False):
        pass
    stale = state / "postgresql" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{state / 'postgresql'}\n1\n5432\n")
    with servers.start(state, durable=False) as found:
        assert found.running["postgresql"].poll() is None


def test_a_sockets_folder_of_somebody_else_is_refused(
    state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = tmp_path / "planted"
    link.symlink_to(tmp_path)
    monkeypatch.setattr(locations, "run_dir", lambda _state: link)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        servers._private_folder(link, state)


def test_missing_wheels_name_the_two_variables(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with (
        pytest.raises(EmbeddedError, match=r"DATABASE_URL=.*REDIS_URL="),
        servers.start(state),
    ):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to another user")
def test_as_root_the_servers_belong_to_nobody(state: Path) -> None:
    assert locations.server_account(state) == pwd.getpwnam("nobody")
    with servers.start(state, durable=False) as found:
        owners = {Path(f"/proc/{c.pid}").owner() for c in found.running.values()}
    assert owners == {"nobody"}
    assert state.stat().st_mode & 0o777 == 0o700
