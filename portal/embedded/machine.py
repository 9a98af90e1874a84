"""The whole portal on one machine: what starts after what, and what it says."""

import contextlib
import os
import shutil
import time
from functools import partial
from pathlib import Path

from portal.embedded import locations, place, programs, servers
from portal.embedded.exceptions import EmbeddedError
from portal.embedded.programs import TOKENS, Programs
from portal.embedded.supervisor import Child, StopRequested, Supervisor
from portal.embedded.terminal import Terminal


def up(port: int, terminal: Terminal) -> None:
    """Run everything until asked to stop.

    Raises EmbeddedError when it cannot start or when a part keeps failing; what has
    been started is stopped in either case.
    """
    begun = time.monotonic()
    with contextlib.ExitStack() as stack:
        family = stack.enter_context(place.occupied(terminal.say))
        plan = _plan(port, family)
        place.make_secrets()
        terminal.say("Starting; Ctrl-C stops everything.")
        needed = _servers_needed()
        state = place.choose_state()
        lock = stack.enter_context(servers.locked(state)) if any(needed) else None
        sockets = locations.run_dir(state)
        stack.callback(shutil.rmtree, sockets, ignore_errors=True)
        supervisor = stack.enter_context(Supervisor(terminal))
        try:
            if lock is not None:
                _start_servers(supervisor, state, lock, needed)
            _start_portal(supervisor, plan)
            terminal.text(_welcome(plan, time.monotonic() - begun))
            supervisor.watch()
        except StopRequested:
            terminal.say("Stopping.")
    terminal.say("Everything has stopped.")


def provided(name: str) -> bool:
    """Whether the environment replaces an embedded part."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def _servers_needed() -> tuple[bool, bool]:
    return not provided("DATABASE_URL"), not provided("REDIS_URL")


def _plan(port: int, family: int) -> Programs:
    ipv6 = place.check_port(port)
    real = any(provided(name) for name in TOKENS)
    return Programs(
        port=port,
        ipv6=ipv6,
        simulator=None if real else place.reserve_port(port + 1),
        embedded_database=not provided("DATABASE_URL"),
        family=family,
    )


def _start_servers(
    supervisor: Supervisor, state: Path, lock: int, needed: tuple[bool, bool]
) -> None:
    if needed[0] and not (state / "postgresql").exists():
        supervisor.terminal.say(f"Creating the database in {state}")
    for server in servers.prepare(
        state, lock=lock, with_postgresql=needed[0], with_redis=needed[1]
    ):
        child = supervisor.start(server.command)
        ready = partial(server.is_ready, state)
        supervisor.wait(child, ready, servers.READY_SECONDS)


def _start_portal(supervisor: Supervisor, plan: Programs) -> None:
    simulator: Child | None = None
    if plan.simulator_port is not None:
        simulator = supervisor.start(plan.account())
    supervisor.terminal.say("Bringing the data up to date")
    if supervisor.run(plan.prepare()) != 0:
        message = "The portal's data could not be prepared; the reason is above."
        raise EmbeddedError(message)
    supervisor.start(plan.worker())
    supervisor.start(plan.beat())
    web = supervisor.start(plan.web())
    supervisor.wait(web, partial(programs.answers, plan.port, "/healthz"), 60)
    if simulator is not None and plan.simulator_port is not None:
        ready = partial(place.is_open, plan.simulator_port)
        supervisor.wait(simulator, ready, 30)


def _welcome(plan: Programs, seconds: float) -> str:
    lines = ["", f"The portal is at http://localhost:{plan.port}", ""]
    people = programs.people_file()
    if people.exists():
        lines += [people.read_text(encoding="utf-8").rstrip(), ""]
    account = (
        "a simulated DigitalOcean account"
        if plan.simulator_port is not None
        else "the DigitalOcean account of your token"
    )
    lines += [
        f"It works on {account}. It was ready after {seconds:.0f} s.",
        "Ctrl-C stops everything; the data stays. `make reset` starts over.",
        "",
    ]
    return "\n".join(lines)
