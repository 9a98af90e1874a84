"""Plain functions that make credentials."""

import uuid
from datetime import timedelta
from itertools import count
from typing import Any

from portal.accounts.models import Team, User
from secrets_audit import services
from secrets_audit.models import Credential, today
from tests.factories import make_team, make_user

_numbers = count(1)


def make_credential(
    *, team: Team | None = None, actor: User | None = None, age: int = 0, **fields: Any
) -> Credential:
    """A live credential whose value is ``age`` days old and lives for 90."""
    team = team or make_team("Infrastructure")
    defaults = {
        "key": uuid.uuid4(),
        "kind": "api_token",
        "name": f"Token {next(_numbers)}",
        "rotated_on": today() - timedelta(days=age),
    }
    return services.register(
        **{**defaults, **fields},
        team=team,
        actor=actor or make_user("engineer", team=team),
    )


def make_retired(**fields: Any) -> Credential:
    team = fields.pop("team", None) or make_team("Infrastructure")
    actor = make_user("engineer", team=team)
    credential = make_credential(team=team, actor=actor, **fields)
    return services.retire(credential, reason="Deleted.", actor=actor)


def form_of(owner: Team, /, **fields: Any) -> dict[str, Any]:
    """What a browser sends to register a credential."""
    return {
        "key": str(uuid.uuid4()),
        "kind": "database_user",
        "name": "Database user of the shop",
        "public_id": "shop_api",
        "team": owner.pk,
        "rotated_on": str(today()),
        "rotation_days": "90",
        "notes": "",
        **fields,
    }
