"""Names the first approvers, before there are any who could decide it."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from portal.exceptions import DomainError
from portal.people.services import roles


class Command(BaseCommand):
    help = "Give the approver role to accounts; refused once two approvers are active."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("emails", nargs="+", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            users = roles.appoint_first_approvers(options["emails"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        for user in users:
            self.stdout.write(f"{user.name} <{user.email}> is an approver.")
