"""Run the whole portal on this machine."""

import os
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.embedded import machine, processes
from portal.embedded.exceptions import EmbeddedError
from portal.embedded.terminal import Terminal


class Command(BaseCommand):
    """Starts everything, waits, and stops everything on SIGINT, SIGTERM or SIGHUP."""

    help = "Run PostgreSQL, Redis, simulator, web, worker and beat on this machine."
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.EMBEDDED:
            message = "PORTAL_MODE=production runs each process by itself."
            raise CommandError(message)
        if os.environ.get("PORTAL_STOP_WITH_PARENT"):
            processes.tie_to_parent(signal.SIGTERM)
        try:
            machine.up(settings.PORT, Terminal())
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:  # before the supervisor listens to signals
            message = "Stopped before anything was started."
            raise CommandError(message) from None
