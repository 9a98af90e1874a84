"""`make up`, as a person uses and abuses it."""

import os
import pty
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.embedded import locations, programs
from tests.portal.embedded.portals import Portal, open_folder, portal

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(150),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Portal]:
    with open_folder() as folder, portal(folder) as found:
        yield found


@pytest.fixture
def running(shared: Portal) -> Portal:
    """One portal for all tests of this module; a test may stop it."""
    shared.ensure()
    return shared


def connect(running: Portal) -> psycopg.Connection:
    state = running.folder / "var" / "state"
    settings = locations.database_settings(state)
    return psycopg.connect(
        host=str(settings["HOST"]),
        dbname=str(settings["NAME"]),
        user=str(settings["USER"]),
        password=str(settings["PASSWORD"]),
        autocommit=True,
    )


def pid_of(running: Portal, *parts: str) -> int:
    found = [
        pid
        for pid, words in running.processes().items()
        if all(part in words for part in parts)
    ]
    assert found, running.processes()
    return min(found)


def test_it_starts_and_tells_where_it_is(running: Portal) -> None:
    assert f"http://localhost:{running.port}" in running.output()
    assert programs.answers(running.port, "/healthz")
    running.until(lambda: programs.answers(running.port, "/readyz"))


def test_it_answers_on_both_addresses_of_localhost(running: Portal) -> None:
    with socket.create_connection(("127.0.0.1", running.port), 2):
        pass
    if socket.has_ipv6:
        with socket.create_connection(("::1", running.port), 2):
            pass


def test_the_servers_listen_on_no_port(running: Portal) -> None:
    with connect(running) as session:
        row = session.execute("SHOW listen_addresses").fetchone()
    assert row == ("",)


def test_secrets_are_readable_by_their_owner_only(running: Portal) -> None:
    var = running.folder / "var"
    for path in ((var / "secrets").iterdir(), (var / "state").glob("*-password")):
        assert [oct(file.stat().st_mode & 0o777) for file in path] == ["0o600"] * 2


def test_web_and_workers_may_not_change_tables(running: Portal) -> None:
    state = running.folder / "var" / "state"
    with (
        psycopg.connect(
            host=str(locations.run_dir(state)),
            dbname=locations.DATABASE,
            user=locations.APP_ROLE,
            password=locations.password(state, locations.APP_ROLE),
        ) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute("ALTER TABLE django_session ADD COLUMN stowaway text")


def test_a_second_start_says_that_it_runs_already(running: Portal) -> None:
    done = running.manage("up")
    assert done.returncode == 1
    assert "already running" in done.stdout
    assert "Traceback" not in done.stdout


def test_reset_refuses_while_it_runs(running: Portal) -> None:
    done = running.manage("reset", "--yes")
    assert done.returncode == 1
    assert (running.folder / "var" / "state").exists()


def test_a_taken_port_is_named_with_the_way_out(
    running: Portal, tmp_path: Path
) -> None:
    other = Portal(tmp_path, running.port)
    done = other.manage("up")
    assert done.returncode == 1
    assert f"Port {running.port} is taken" in done.stdout
    assert "make up PORT=" in done.stdout


def test_a_part_that_dies_is_started_again(running: Portal) -> None:
    os.kill(pid_of(running, "redis-server"), signal.SIGKILL)
    running.until(lambda: "redis was ended by SIGKILL" in running.output())
    running.until(
        lambda: any("redis-server" in w for w in running.processes().values())
    )


def test_after_a_killed_supervisor_the_next_start_works(running: Portal) -> None:
    with connect(running) as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS number")
    running.kill()
    running.start().until_ready()
    with connect(running) as session:
        assert session.execute("SELECT number FROM kept").fetchone() == (42,)


def test_ctrl_c_stops_all_in_order_and_keeps_the_data(running: Portal) -> None:
    with connect(running) as session:
        session.execute("CREATE TABLE outlived AS SELECT 42 AS number")
    assert len(running.processes()) > 8
    assert running.stop(signal.SIGINT) == 0
    assert running.processes() == {}
    assert not locations.run_dir(running.folder / "var" / "state").exists()
    said = running.output()
    order = ["web", "beat", "worker", "simulator", "redis", "postgresql"]
    places = [said.index(f"{name} stopped") for name in order]
    assert places == sorted(places)

    running.ensure()
    assert "Applying" not in running.output()
    with connect(running) as session:
        assert session.execute("SELECT number FROM outlived").fetchone() == (42,)


def test_closing_the_terminal_stops_it(running: Portal) -> None:
    running.stop(signal.SIGTERM)
    ours, theirs = pty.openpty()
    running.start(theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb", closefd=False) as terminal:
        while b"The portal is at" not in terminal.readline():
            pass
    os.close(ours)
    assert running.process is not None
    assert running.process.wait(60) == 0
    assert running.processes() == {}


def test_reset_asks_first_and_then_deletes_everything(running: Portal) -> None:
    running.stop(signal.SIGTERM)
    unanswered = running.manage("reset")
    assert unanswered.returncode == 1
    assert "Nothing was deleted" in unanswered.stdout
    assert (running.folder / "var" / "state").exists()
    assert running.manage("reset", "--yes").returncode == 0
    assert not (running.folder / "var").exists()
