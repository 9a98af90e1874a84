"""Delete everything the one-machine mode has kept."""

import shutil
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.embedded import locations, place, servers
from portal.embedded.exceptions import EmbeddedError


class Command(BaseCommand):
    """Asks first; refuses while the portal runs. Databases named by DATABASE_URL or
    REDIS_URL are not touched."""

    help = "Delete the embedded databases and everything below var/."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *_args: Any, **options: Any) -> None:
        state, var = locations.state_dir(), locations.var_dir()
        if not var.exists():
            self.stdout.write("There is nothing to delete.")
            return
        try:
            with place.occupied(self.stdout.write), servers.locked(state):
                self._ask(yes=options["yes"], where=f"{state} and {var}")
                shutil.rmtree(locations.run_dir(state), ignore_errors=True)
                shutil.rmtree(state)
                shutil.rmtree(var)
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Everything is deleted. `make up` starts over.")

    def _ask(self, *, yes: bool, where: str) -> None:
        if yes:
            return
        self.stdout.write(f"This deletes {where}: all data of this portal.")
        try:
            answer = input("Type yes to go on: ")
        except EOFError:
            answer = ""
        if answer.strip().lower() != "yes":
            message = "Nothing was deleted."
            raise CommandError(message)
