"""The tick runs what is due, once, and goes on when something fails."""

import pytest
from django.db import connection

from portal.sweep import jobs, own, registry
from portal.sweep.models import SweepItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_items", {})


def test_an_item_runs_once_per_period(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []
    registry.register("test.hourly", lambda: ran.append(1) or 1, every=3600)
    assert jobs.run() == 1
    assert jobs.run() == 0
    assert ran == [1]


def test_an_item_without_period_runs_at_every_tick() -> None:
    ran: list[int] = []
    registry.register("test.always", lambda: ran.append(1) or 1, every=0)
    jobs.run()
    jobs.run()
    assert len(ran) == 2


def test_a_failing_item_is_recorded_and_stops_nothing() -> None:
    def broken() -> int:
        raise LookupError("no such thing")

    registry.register("test.broken", broken, every=3600)
    registry.register("test.sound", lambda: 1, every=3600)
    assert jobs.run() == 1
    assert SweepItem.objects.get(name="test.broken").error == "LookupError"


@pytest.mark.django_db(transaction=True)
def test_the_worker_sweeps_itself_when_no_tick_came() -> None:
    assert own.tick() is True
    assert own.tick() is False
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sweep_sweepitem SET started_at = started_at - interval '16 s'"
        )
    assert own.tick() is True
