"""How one date of a duty stands, and when it may change."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from maintenance.models import Occurrence, Series
from portal.exceptions import DomainError, TransitionError
from tests.maintenance.factories import make_duty, make_series

BERLIN = ZoneInfo("Europe/Berlin")
DUE = date(2026, 11, 30)


def duty(**fields):
    series = Series(
        title="OS updates", lead_days=10, grace_days=5, time_zone="Europe/Berlin"
    )
    for name in ("evidence_required", "time_zone"):
        if name in fields:
            setattr(series, name, fields.pop(name))
    opens_on, grace_ends_on = series.days_around(DUE)
    return Occurrence(
        series=series,
        due_date=DUE,
        nominal_date=DUE,
        opens_on=opens_on,
        grace_ends_on=grace_ends_on,
        **fields,
    )


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (berlin(2026, 11, 19, 23, 59), "Opens in 1 day"),
        (berlin(2026, 11, 20), "Due in 10 days"),
        (berlin(2026, 11, 29, 23, 59), "Due in 1 day"),
        (berlin(2026, 11, 30), "Due today"),
        (berlin(2026, 11, 30, 23, 59, 59), "Due today"),
        (berlin(2026, 12, 1), "In grace, 5 days left"),
        (berlin(2026, 12, 5, 23, 59), "In grace, 1 day left"),
        (berlin(2026, 12, 6), "Overdue 6 days"),
    ],
)
def test_an_open_duty_stands_by_the_days_of_its_own_zone(at, words):
    assert duty().standing(at).words == words


def test_the_same_instant_is_another_day_in_another_zone():
    at = berlin(2026, 11, 30, 23, 30)
    assert duty(time_zone="Pacific/Auckland").standing(at).kind == "in_grace"
    assert duty(time_zone="America/New_York").standing(at).kind == "due_today"


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (berlin(2026, 11, 30, 23, 59, 59), "Done on time"),
        (berlin(2026, 12, 1), "Done in grace"),
        (berlin(2026, 12, 5, 23, 59), "Done in grace"),
        (berlin(2026, 12, 6), "Done late"),
    ],
)
def test_a_completed_duty_is_judged_by_when_it_was_done(done, words):
    completed = duty(state="completed", completed_at=done)
    assert completed.standing(berlin(2027, 6, 1)).words == words


@pytest.mark.parametrize("state", ["missed", "skipped", "cancelled"])
def test_a_closed_duty_says_how_it_was_closed(state):
    assert duty(state=state).standing(berlin(2027, 1, 1)).words == state.capitalize()


def test_a_duty_may_not_be_done_before_it_opens(viewer):
    with pytest.raises(TransitionError, match="from 20 November 2026, 10 days before"):
        duty().complete(
            by=viewer, at=berlin(2026, 11, 19, 23, 59), note="", evidence=""
        )


@pytest.mark.parametrize("evidence", ["", "  \n"])
def test_evidence_that_is_required_may_not_be_blank(viewer, evidence):
    with pytest.raises(DomainError, match="needs evidence"):
        duty(evidence_required=True).complete(
            by=viewer, at=berlin(2026, 11, 25), note="", evidence=evidence
        )


@pytest.mark.parametrize("state", ["completed", "missed", "skipped", "cancelled"])
def test_a_closed_duty_changes_no_more(state, viewer):
    closed = duty(state=state, completed_by=viewer)
    with pytest.raises(TransitionError):
        closed.complete(by=viewer, at=berlin(2026, 11, 25), note="", evidence="")
    with pytest.raises(TransitionError):
        closed.miss()


@pytest.mark.parametrize(
    ("evidence", "link"),
    [
        ("https://wiki.example/restore/12", "https://wiki.example/restore/12"),
        (" http://wiki.example ", "http://wiki.example"),
        ("see https://wiki.example", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_only_evidence_that_is_one_web_address_becomes_a_link(evidence, link):
    assert Occurrence(evidence=evidence).evidence_link == link


@pytest.mark.django_db
def test_a_series_has_each_date_once():
    first = make_duty(DUE)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_duty(DUE, series=first.series)


@pytest.mark.django_db
def test_a_completed_row_without_a_person_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_duty(DUE, state="completed", completed_at=timezone.now())


@pytest.mark.django_db
def test_days_out_of_order_are_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_duty(DUE, opens_on=date(2026, 12, 1))


@pytest.mark.django_db
def test_a_closed_row_is_final_even_in_sql():
    missed = make_duty(DUE, state="missed")
    row = Occurrence.objects.filter(pk=missed.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.update(state="open")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


@pytest.mark.django_db
def test_the_database_counts_days_in_each_series_own_zone():
    for zone in ("Pacific/Auckland", "America/New_York"):
        make_duty(DUE, series=make_series(time_zone=zone))
    days = Occurrence.objects.on(berlin(2026, 11, 30, 23, 30)).order_by("pk")
    assert [row.local_day for row in days] == [date(2026, 12, 1), DUE]
