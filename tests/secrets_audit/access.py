"""Who knows which credentials there are, and who keeps them."""

import uuid
from collections.abc import Mapping
from typing import Any

from tests.access import Access, roles
from tests.secrets_audit.factories import make_credential

READERS = roles("engineer", "auditor", "administrator")
KEEPERS = roles("engineer", "administrator")


def _live() -> Mapping[str, Any]:
    return {"pk": make_credential().pk}


ROUTES: dict[str, Access] = {
    "secrets:list": Access(get=READERS),
    "secrets:new": Access(
        get=KEEPERS,
        post=KEEPERS,
        data={"key": str(uuid.UUID(int=3)), "kind": "other", "name": "Safe"},
    ),
    "secrets:detail": Access(get=READERS, kwargs=_live),
    "secrets:retirement": Access(
        get=KEEPERS, post=KEEPERS, kwargs=_live, data={"reason": "Deleted."}
    ),
}
