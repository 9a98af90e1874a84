"""An approved change is carried out by real workers, whatever happens to them."""

import signal

import pytest

from portal.audit.models import AuditEvent
from tests.processes.conftest import Change
from tests.processes.fleet import LEASE_SECONDS, Fleet

pytestmark = pytest.mark.django_db(transaction=True)
RESIZE, SHUTDOWN = "droplet.resize", "droplet.shutdown"


def test_two_workers_and_two_beats_make_each_effect_once(change: Change) -> None:
    change.approve()
    change.ends_well()
    told = AuditEvent.objects.filter(
        target_type="changes.changerequest", target_id=str(change.row.pk)
    ).values_list("action", flat=True)
    assert sorted(told) == sorted(set(told))
    assert "change.succeeded" in told
