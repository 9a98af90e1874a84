"""Who reads the log; nobody writes it."""

from typing import Any

from portal.audit.models import AuditEvent
from portal.audit.services import record
from tests.access import Access, roles
from tests.factories import make_team

READERS = roles("auditor", "administrator")


def an_event() -> dict[str, Any]:
    record("team.created", make_team(), actor=None)
    return {"seq": AuditEvent.objects.latest("seq").seq}


ROUTES: dict[str, Access] = {
    "audit:list": Access(get=READERS),
    "audit:event": Access(get=READERS, kwargs=an_event),
}
