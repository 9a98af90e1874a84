"""The log cannot be altered, and shows it when somebody does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from portal.accounts.models import Team, User
from portal.audit import queries
from portal.audit.models import AuditEvent
from portal.audit.services import record

pytestmark = pytest.mark.django_db


@contextmanager
def triggers_off() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")


def write(team: Team, count: int) -> None:
    for number in range(count):
        record("team.renamed", team, actor=None, number=number)


def test_every_row_is_chained_to_the_one_before(team: Team) -> None:
    write(team, 3)
    rows = list(AuditEvent.objects.order_by("seq"))
    assert [row.seq for row in rows] == [1, 2, 3]
    assert rows[1].prev_hash == rows[0].hash
    assert rows[2].prev_hash == rows[1].hash
    assert queries.verify().ok


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET action = 'team.loved'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
    ],
)
def test_the_database_refuses_to_change_the_log(team: Team, statement: str) -> None:
    write(team, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditEvent.objects.get().action == "team.renamed"


def test_an_edited_row_is_found(team: Team) -> None:
    write(team, 3)
    with triggers_off():
        AuditEvent.objects.filter(seq=2).update(target_label="Somebody else")
    assert queries.verify().altered == [2]
    with pytest.raises(CommandError, match="NOT intact"):
        call_command("verify_audit")


def test_a_removed_row_is_found(team: Team) -> None:
    write(team, 3)
    with triggers_off():
        AuditEvent.objects.filter(seq=2).delete()
    assert queries.verify().unlinked == [3]


def test_a_cut_tail_is_found_by_a_published_head(team: Team) -> None:
    write(team, 3)
    head = AuditEvent.objects.get(seq=3)
    with triggers_off():
        AuditEvent.objects.filter(seq=3).delete()
    assert queries.verify().ok
    with pytest.raises(CommandError, match="NOT intact"):
        call_command("verify_audit", head=f"{head.seq}:{head.hash}")


def test_the_name_of_the_actor_outlives_a_rename(engineer: User, team: Team) -> None:
    record("team.renamed", team, actor=engineer)
    User.objects.filter(pk=engineer.pk).update(name="New Name")
    assert AuditEvent.objects.get().actor_label.startswith(engineer.name)


def test_an_action_must_be_a_noun_and_what_happened_to_it(team: Team) -> None:
    with pytest.raises(ValueError, match="past_participle"):
        record("Renamed!", team, actor=None)
