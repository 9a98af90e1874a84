"""The portal's own processes on one machine, as commands to run."""

import http.client
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.embedded import locations
from portal.embedded.processes import Command

TOKENS = (
    "DIGITALOCEAN_TOKEN",
    "DIGITALOCEAN_READ_TOKEN",
    "DIGITALOCEAN_WRITE_TOKEN",
    "DIGITALOCEAN_ROTATE_TOKEN",
)
SIMULATED_TOKEN = "simulated-account"  # noqa: S105  (opens nothing but the simulator)
# Celery warns about root because of pickled messages; the portal accepts JSON only.
QUIET = "ignore:You're running the worker with superuser privileges:UserWarning"
CONFIGURATION = locations.CHECKOUT / "deploy" / "gunicorn.conf.py"


@dataclass(frozen=True)
class Programs:
    """Everything the processes share."""

    port: int
    ipv6: bool
    simulator: socket.socket | None  # its port; None: the real provider of a token
    embedded_database: bool
    family: int  # descriptor of the lock that tells the next start who still lives

    @property
    def simulator_port(self) -> int | None:
        """Where the simulated account listens; None with a real one."""
        return self.simulator.getsockname()[1] if self.simulator else None

    def prepare(self) -> Command:
        """Migrations, cache table, static files and demo data; ends by itself."""
        return self._python("prepare", "manage.py", "prepare")

    def account(self) -> Command:
        """The simulated DigitalOcean account."""
        port, state = str(self.simulator_port), str(locations.var_dir() / "simulator")
        return self._python(
            "simulator", "manage.py", "simulator", "--port", port, "--state", state
        )

    def web(self) -> Command:
        """The pages; on both loopback addresses, since localhost may mean either."""
        binds = [f"127.0.0.1:{self.port}"]
        if self.ipv6:
            binds.append(f"[::1]:{self.port}")
        options = [word for bind in binds for word in ("--bind", bind)]
        return self._python(
            "web",
            *("-m", "gunicorn", "--config", str(CONFIGURATION)),
            *("--graceful-timeout", "5", *options, "portal.wsgi"),
            process="web",
        )

    def worker(self) -> Command:
        """The pair of hands that sweeps, executes changes and delivers."""
        return self._python(
            "worker",
            *("-m", "celery", "--quiet", "--app", "portal", "worker"),
            *("--pool", "prefork", "--concurrency", "2"),
            *("--without-gossip", "--without-mingle"),
            process="worker",
            stop_seconds=20,
        )

    def beat(self) -> Command:
        """The clock."""
        schedule = str(locations.var_dir() / "beat-schedule")
        return self._python(
            "beat",
            *("-m", "celery", "--quiet", "--app", "portal", "beat"),
            *("--schedule", schedule, "--pidfile="),
            process="beat",
        )

    def _python(
        self,
        name: str,
        *arguments: str,
        process: str = "command",
        stop_seconds: float = 10,
    ) -> Command:
        return Command(
            name=name,
            arguments=[sys.executable, *arguments],
            environment=self._environment(process),
            stop_seconds=stop_seconds,
            inherit=(self.family,),
            cwd=locations.CHECKOUT,
        )

    def _environment(self, process: str) -> Mapping[str, str]:
        found = {
            **os.environ,
            "PORT": str(self.port),
            "PORTAL_MODE": "embedded",
            "PORTAL_PROCESS": process,
            "PORTAL_LOG_FORMAT": os.environ.get("PORTAL_LOG_FORMAT") or "console",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS") or QUIET,
        }
        if self.simulator_port is not None:
            address = f"http://127.0.0.1:{self.simulator_port}"
            found["DIGITALOCEAN_ENDPOINT"] = address
            found["DIGITALOCEAN_TOKEN"] = SIMULATED_TOKEN
        if process in {"web", "beat"}:  # they never talk to the provider
            for name in TOKENS:
                found.pop(name, None)
        if process != "command" and self.embedded_database:
            found["PORTAL_DATABASE_ROLE"] = "app"
        return found


def answers(port: int, path: str) -> bool:
    """Whether a GET on this machine answers with 200 within a second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def people_file() -> Path:
    """Where the demo data leaves the demo people's names, passwords and seeds."""
    return locations.var_dir() / "demo-people.txt"
