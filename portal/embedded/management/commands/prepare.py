"""Bring database, cache table, static files and demo data up to date."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.embedded import locations, programs


class Command(BaseCommand):
    """Idempotent, and quick when there is nothing to do."""

    help = "Bring database, cache table, static files and demo data up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-static", action="store_true", help="static files are built already"
        )
        parser.add_argument(
            "--show-people", action="store_true", help="print the demo people, if any"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        self._migrate()
        call_command("createcachetable", verbosity=0)
        if not options["no_static"]:
            self._collect_static()
        if settings.EMBEDDED and "seed_demo" in get_commands():
            call_command("seed_demo")
        people = programs.people_file()
        if options["show_people"] and people.exists():
            self.stdout.write(people.read_text(encoding="utf-8"))

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            self.stdout.write(f"Applying {len(waiting)} migrations")
            call_command("migrate", interactive=False)

    def _collect_static(self) -> None:
        stamp = locations.var_dir() / "static-files"
        manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
        found = signature()
        if manifest.exists() and stamp.exists() and stamp.read_text("ascii") == found:
            return
        self.stdout.write("Collecting static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(found, "ascii")


def signature() -> str:
    """One word that changes when any static file does."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            size, changed = storage.size(path), storage.get_modified_time(path)
            digest.update(f"{path} {size} {changed}\n".encode())
    return digest.hexdigest()
