import datetime as dt
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from incidents import jobs, services
from incidents.models import Breach, Clock, Incident, SeverityPolicy, TimelineEntry
from portal.audit.models import AuditEvent
from portal.sweep import registry
from tests.incidents.factories import age, make_incident

pytestmark = pytest.mark.django_db


def test_the_sweep_writes_down_every_promise_that_ran_out(engineer):
    late = [make_incident(engineer) for _ in range(3)]
    in_time = make_incident(engineer)
    for incident in late:
        age(incident, minutes=40)
    assert jobs.mark_breaches() == 3
    assert set(Breach.objects.values_list("clock__incident", flat=True)) == {
        incident.pk for incident in late
    }
    assert in_time.clocks.get().state == "running"
    assert TimelineEntry.objects.filter(kind="breached", author=None).count() == 3
    told = AuditEvent.objects.filter(action="incident.breached", actor=None)
    assert told.count() == 3


def test_a_breach_is_dated_at_the_promise_and_at_its_discovery(engineer):
    clock = age(make_incident(engineer), minutes=40)
    jobs.mark_breaches()
    breach = Breach.objects.get()
    assert breach.breached_at == clock.deadline
    assert breach.detected_at > clock.deadline
    assert (breach.severity, breach.cycle, breach.policy) == ("major", 1, clock.policy)


def test_a_second_sweep_finds_nothing_left_to_do(engineer):
    age(make_incident(engineer), minutes=40)
    assert (jobs.mark_breaches(), jobs.mark_breaches()) == (1, 0)
    assert Breach.objects.count() == 1


def test_the_sweep_is_registered(engineer):
    item = {item.name: item for item in registry.items()}["incidents.clocks"]
    assert (item.function, item.every) == (jobs.mark_breaches, 5)


def test_a_batch_costs_the_same_reads_however_many_ran_out(
    engineer, django_assert_max_num_queries
):
    for _ in range(5):
        age(make_incident(engineer), minutes=40)
    # One claim, one update, two bulk inserts, a savepoint pair, one audit row each.
    with django_assert_max_num_queries(6 + 5):
        jobs.mark_breaches()


@pytest.mark.parametrize("model", [Breach, TimelineEntry, SeverityPolicy])
def test_the_ledger_the_timeline_and_the_policies_cannot_be_changed(engineer, model):
    age(make_incident(engineer), minutes=40)
    jobs.mark_breaches()
    field = "meaning" if model is SeverityPolicy else model._meta.fields[-1].name
    table = model._meta.db_table
    for statement in (
        f'UPDATE {table} SET "{field}" = "{field}"',
        f"DELETE FROM {table}",
    ):
        with (
            pytest.raises(DatabaseError, match="Cannot"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_ledger_cannot_be_emptied(engineer):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE incidents_breach CASCADE")


def test_the_database_refuses_two_clocks_in_one_cycle(engineer):
    clock = make_incident(engineer).response_clock
    clock.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        clock.save()


def test_the_database_refuses_a_promise_kept_after_its_deadline(engineer):
    clock = make_incident(engineer).response_clock
    clock.state, clock.ended_at = "met", clock.deadline + dt.timedelta(seconds=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        clock.save()


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_an_incident_alone_that_somebody_is_answering(engineer):
    incident = make_incident(engineer)
    age(incident, minutes=40)
    found: list[int] = []

    def sweep() -> None:
        found.append(jobs.mark_breaches())
        connection.close()

    with transaction.atomic():
        services.acknowledge(incident, actor=engineer)
        worker = threading.Thread(target=sweep)
        worker.start()
        worker.join(timeout=10)
        assert found == [0]
    assert jobs.mark_breaches() == 0
    assert Breach.objects.get().detector == "answer"
    assert Clock.objects.get().ended_at is not None
    assert Incident.objects.get().status == "acknowledged"
