"""The embedded PostgreSQL: create its cluster, describe its process, ask if ready."""

import secrets
import shutil
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.embedded import locations
from portal.embedded.exceptions import EmbeddedError
from portal.embedded.processes import SERVER_ENVIRONMENT, Command, run_as

# Run in the single-user mode, one command per line: the superuser's password is
# thrown away, so nobody can log in as one.
ROLES = """
CREATE ROLE {owner} LOGIN CREATEDB PASSWORD '{owner_password}';
CREATE ROLE {app} LOGIN PASSWORD '{app_password}';
CREATE DATABASE {database} OWNER {owner};
"""
# The app role reads and writes rows; tables, triggers and TRUNCATE stay the owner's.
RIGHTS = """
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app};
GRANT USAGE ON SCHEMA public TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app};
"""  # noqa: E501  (the single-user mode reads one command per line)
STATUS_LINE = (
    7  # of postmaster.pid, see the PostgreSQL source: LOCK_FILE_LINE_PM_STATUS
)
SPEED_OVER_SAFETY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


def prepare(state: Path, programs: Path, *, durable: bool, lock: int) -> None:
    """Create the cluster with its roles and database, once.

    It is made under another name and renamed when complete, so a start that was
    killed half way leaves nothing that looks like a cluster.
    """
    data = state / "postgresql"
    if not data.exists():
        partial = state / "postgresql.partial"
        shutil.rmtree(partial, ignore_errors=True)
        _Creation(state, programs, lock).run(partial, durable=durable)
        partial.rename(data)
    # Whoever holds the lock of the state knows that no server of this cluster is
    # alive. A pid left by a crash may belong to any other process by now.
    (data / "postmaster.pid").unlink(missing_ok=True)


@dataclass(frozen=True)
class _Creation:
    """The making of a cluster; its helpers inherit the lock like the servers do."""

    state: Path
    programs: Path
    lock: int

    def run(self, data: Path, *, durable: bool) -> None:
        """Create the cluster, then its roles, database and rights."""
        self._initdb(data, durable=durable)
        names = {
            "owner": locations.OWNER_ROLE,
            "app": locations.APP_ROLE,
            "database": locations.DATABASE,
            "owner_password": _new_password(self.state, locations.OWNER_ROLE),
            "app_password": _new_password(self.state, locations.APP_ROLE),
        }
        for database, statements in (("postgres", ROLES), ("portal", RIGHTS)):
            self._run(
                [self.programs / "postgres", "--single", "-D", data, database],
                what="create the roles",
                text=statements.format(**names),
            )

    def _initdb(self, data: Path, *, durable: bool) -> None:
        password_file = self.state / "superuser-password.partial"
        password_file.write_text(secrets.token_urlsafe(24), encoding="ascii")
        _give_to_server_user(self.state, password_file)
        arguments: list[str | Path] = [
            *(self.programs / "initdb", "--pgdata", data, "--username", "postgres"),
            *("--auth", "scram-sha-256", f"--pwfile={password_file}"),
            *("--encoding", "UTF8", "--locale", "C"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--no-instructions", *(() if durable else ("--no-sync",))),
        ]
        try:
            self._run(arguments, what="create the database cluster")
        finally:
            password_file.unlink()

    def _run(
        self, arguments: Sequence[str | Path], *, what: str, text: str = ""
    ) -> None:
        done = run_as(self.state, arguments, text=text, inherit=(self.lock,))
        if done.returncode != 0 or "ERROR:" in done.stdout:
            raise EmbeddedError(f"PostgreSQL could not {what}:\n{done.stdout.strip()}")


def _new_password(state: Path, role: str) -> str:
    value = secrets.token_urlsafe(24)
    path = state / locations.PASSWORD_FILES[role]
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(value, encoding="ascii")
    _give_to_server_user(state, path)
    return value


def _give_to_server_user(state: Path, path: Path) -> None:
    path.chmod(0o600)
    account = locations.server_account(state)
    if account is not None:
        shutil.chown(path, account.pw_uid, account.pw_gid)


def command(state: Path, programs: Path, *, durable: bool, lock: int) -> Command:
    """The server in the foreground, on a unix socket only; SIGINT ends it fast.

    SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is written.
    """
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(locations.run_dir(state)),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "",
        "log_checkpoints": "off",
        "max_connections": "100",
        **({} if durable else SPEED_OVER_SAFETY),
    }
    settings = [f"--{name}={value}" for name, value in options.items()]
    return Command(
        name="postgresql",
        arguments=[programs / "postgres", "-D", state / "postgresql", *settings],
        environment=SERVER_ENVIRONMENT,
        stop_signal=signal.SIGINT,
        stop_seconds=20,
        inherit=(lock,),
        server_state=state,
    )


def is_ready(state: Path) -> bool:
    """Whether the server accepts sessions, by its own status file."""
    try:
        lines = (state / "postgresql" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"
