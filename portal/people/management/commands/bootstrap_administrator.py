"""Opens the first administrator's account, before anybody could invite one."""

import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser

from portal.exceptions import DomainError
from portal.people.services import roles


class Command(BaseCommand):
    help = "Open the first administrator's account; refused once one is active."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass.getpass("Password of the new account: ")
        try:
            user = roles.open_first_administrator(
                options["email"], name=options["name"], password=password
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.name} <{user.email}> is an administrator.")
