"""Check the audit chain from the first row to the head."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit import queries


class Command(BaseCommand):
    help = "Recompute every hash and link of the audit log; fails on any fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            help="SEQ:HASH published earlier; fails if that row is gone or differs.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        result = queries.verify()
        for seq in result.altered:
            self.stderr.write(f"Row {seq} was altered: its hash does not match.")
        for seq in result.unlinked:
            self.stderr.write(f"Row {seq} does not follow the row before it.")
        faults = not result.ok
        if options["head"] and not queries.has_row(options["head"]):
            self.stderr.write("The published head is not in the log: rows are gone.")
            faults = True
        if faults:
            raise CommandError("The audit log is NOT intact.")
        self.stdout.write(
            f"{result.rows} rows verified; head {result.head_seq}:{result.head_hash}"
        )
