"""Fill an empty portal with made-up people and something to look at."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo import people, production
from portal.embedded import locations


class Command(BaseCommand):
    help = "Write the demo data once; running it again adds only what is missing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("Demo data belongs to the one-machine mode only.")
        if people.create():
            self.stdout.write("Writing demo data")
            production.create()
        listing = locations.var_dir() / "demo-people.txt"
        listing.parent.mkdir(parents=True, exist_ok=True)
        listing.write_text(people.listing() + "\n", encoding="utf-8")
