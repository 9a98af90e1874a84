"""Plain functions that make rows of the kernel, with sensible defaults."""

import itertools
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group

from portal.accounts.models import Team, TeamMembership, User

PASSWORD = "a long test password"
TOTP_SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_numbers = itertools.count(1)


def make_user(
    *roles: str,
    name: str = "",
    team: Team | None = None,
    lead: bool = False,
    factor: bool = False,
    **fields: Any,
) -> User:
    number = next(_numbers)
    name = name or " ".join([*(role.title() for role in roles), "Person"])
    email = fields.pop(
        "email", f"{name.lower().replace(' ', '.')}.{number}@test.example"
    )
    user = User.objects.create_user(email, name, PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    if team:
        TeamMembership.objects.create(team=team, user=user, is_lead=lead)
    if factor:
        enrol_factor(user)
    return user


def enrol_factor(user: User) -> None:
    """Give the account an authenticator app with a known seed."""
    Authenticator.objects.get_or_create(
        user=user,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": get_adapter().encrypt(TOTP_SEED)}},
    )


def make_team(name: str = "", **fields: Any) -> Team:
    number = next(_numbers)
    name = name or f"Team {number}"
    slug = fields.pop("slug", name.lower().replace(" ", "-"))
    team, _ = Team.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name,
            "letter": name[0].upper(),
            "colour": number % 8 + 1,
            **fields,
        },
    )
    return team
