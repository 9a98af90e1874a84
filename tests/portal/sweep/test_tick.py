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
def test_a_worker_sweeps_itself_until_somebody_else_does() -> None:
    first, second = own.Watch(), own.Watch()
    assert first.tick() is True
    assert first.tick() is True
    assert second.tick() is False
    jobs.run()
    assert first.tick() is False
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sweep_sweepitem SET started_at = started_at - interval '16 s'"
        )
    assert second.tick() is True
    assert first.tick() is False


@pytest.mark.django_db(transaction=True)
def test_an_item_the_database_refuses_stops_nothing() -> None:
    def refused() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return 1

    registry.register("test.refused", refused, every=3600)
    registry.register("test.sound", lambda: 1, every=3600)
    assert jobs.run() == 1
    assert SweepItem.objects.get(name="test.refused").error == "DataError"
