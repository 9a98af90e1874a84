"""Serve a simulated DigitalOcean account on loopback."""

import os
import signal
from pathlib import Path
from threading import Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import env
from portal.digitalocean.simulator.machine import ACTION_SECONDS, Machine
from portal.digitalocean.simulator.safety import real_tokens
from portal.digitalocean.simulator.server import Server


class Command(BaseCommand):
    """Runs until SIGINT or SIGTERM; needs no database."""

    help = "Serve a simulated DigitalOcean account on loopback."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8999)
        parser.add_argument(
            "--state", type=Path, help="directory that keeps the account; else memory"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        found = real_tokens(os.environ)
        if found:
            raise CommandError(
                f"{' and '.join(found)} may be a real DigitalOcean token: the simulator"
                " does not start beside one. Unset it, or use the real account."
            )
        seconds = env.number("SIMULATOR_ACTION_SECONDS", ACTION_SECONDS)
        machine = Machine(options["state"], action_seconds=seconds)
        try:
            server = Server(machine, options["port"])
        except OSError as error:
            raise CommandError(f"Port {options['port']}: {error.strerror}.") from error
        self._serve(server)
        machine.close()

    def _serve(self, server: Server) -> None:
        """Serve on a thread of its own, so that a signal can stop it from this one."""
        serving = Thread(target=server.serve_forever, args=(0.1,), daemon=True)
        serving.start()
        stops = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, stops)
        self.stdout.write(f"Simulated account on {server.url}")
        self.stdout.flush()
        signal.sigwait(stops)
        server.stop()
        serving.join(timeout=5)
