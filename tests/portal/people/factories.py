"""Rows the pages of people are about."""

import itertools
from collections.abc import Sequence
from typing import Any

from portal.accounts.models import Team, User
from portal.people.services import invitations
from portal.people.services.invitations import Invited
from tests.factories import make_user

_numbers = itertools.count(1)


def make_invitation(
    *,
    by: User | None = None,
    roles: Sequence[str] = ("viewer",),
    team: Team | None = None,
    **fields: Any,
) -> Invited:
    """An open invitation and its token, sent by an administrator."""
    number = next(_numbers)
    return invitations.invite(
        fields.get("email", f"guest.{number}@test.example"),
        name=fields.get("name", f"Guest {number}"),
        roles=roles,
        team=team,
        actor=by or make_user("administrator"),
    )
