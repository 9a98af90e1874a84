"""The present authenticator code of a demo person, for those without a phone."""

from typing import Any

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.demo.people import PEOPLE


class Command(BaseCommand):
    help = "Print the six digits that a demo person's authenticator shows now."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        for person in PEOPLE:
            if person.email == options["email"]:
                counter = next(iter(yield_hotp_counters_from_time()))
                self.stdout.write(format_hotp_value(hotp_value(person.seed, counter)))
                return
        known = ", ".join(person.email for person in PEOPLE)
        raise CommandError(f"There is no such demo person. Known: {known}.")
