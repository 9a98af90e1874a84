"""What the sweep does for the calendar: rows ahead of time, and misses."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from maintenance.models import Occurrence, OccurrenceQuerySet, Series
from maintenance.recurrence import RuleError, between
from portal.accounts.models import User
from portal.audit import services as audit
from portal.notify.services import announce

log = structlog.get_logger(__name__)

HORIZON_DAYS = 548
"""Eighteen months: how far ahead a duty's dates are rows."""

SERIES_AT_ONCE = 500
MISSES_AT_ONCE = 100


@transaction.atomic
def top_up() -> int:
    """Give every active series its rows up to the horizon; returns how many were due.

    Safe to run twice at once and at any time: a date that already has its row, in
    whatever state, is left alone.
    """
    horizon = timezone.now().date() + timedelta(days=HORIZON_DAYS)
    behind = (
        Series.objects.select_for_update(skip_locked=True)
        .filter(Q(generated_until=None) | Q(generated_until__lt=horizon), active=True)
        .order_by(F("generated_until").asc(nulls_first=True), "pk")[:SERIES_AT_ONCE]
    )
    return extend(behind, horizon)


def extend(series: Iterable[Series], horizon: date) -> int:
    """Write the missing rows of these series up to a date; returns how many."""
    rows: list[Occurrence] = []
    extended: list[int] = []
    for one in series:
        try:
            rows += _rows(one, horizon)
        except RuleError:
            log.exception("series_rule_impossible", series=one.slug)
        else:
            extended.append(one.pk)
    Occurrence.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    Series.objects.filter(pk__in=extended).update(generated_until=horizon)
    return len(rows)


def _rows(series: Series, horizon: date) -> list[Occurrence]:
    start = series.anchor
    if series.generated_until is not None:
        start = max(start, series.generated_until)
    return [_row(series, nominal) for nominal in between(series.rule, start, horizon)]


def _row(series: Series, nominal: date) -> Occurrence:
    opens_on, grace_ends_on = series.days_around(nominal)
    return Occurrence(
        series=series,
        team_id=series.team_id,
        nominal_date=nominal,
        opens_on=opens_on,
        due_date=nominal,
        grace_ends_on=grace_ends_on,
    )


@transaction.atomic
def mark_missed() -> int:
    """Close what a newer date has superseded as missed; returns how many.

    Only series that supersede: an open duty becomes missed once its grace is over
    and the next date has opened, whichever is later.
    """
    now = timezone.now()
    superseded = (
        _superseded(now)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("series", "team")
        .order_by("due_date", "pk")[:MISSES_AT_ONCE]
    )
    missed = list(superseded)
    for occurrence in missed:
        occurrence.miss()
        occurrence.save(update_fields=["state", "version"])
    for occurrence in missed:
        _tell_leads(occurrence)
        audit.record("duty.missed", occurrence, actor=None, due=occurrence.due_date)
    return len(missed)


def _superseded(now: datetime) -> OccurrenceQuerySet:
    successor = Occurrence.objects.filter(
        series=OuterRef("series"),
        nominal_date__gt=OuterRef("nominal_date"),
        opens_on__lte=OuterRef("local_day"),
    ).exclude(state=Occurrence.State.CANCELLED)
    return (
        Occurrence.objects.overdue(now)
        .filter(series__on_missed=Series.OnMissed.SUPERSEDE)
        .filter(Exists(successor))
    )


def _tell_leads(occurrence: Occurrence) -> None:
    leads = User.objects.filter(
        memberships__team=occurrence.team, memberships__is_lead=True, is_active=True
    )
    announce(
        key=f"duty.missed:{occurrence.pk}",
        to=leads,
        subject=f"Missed: {occurrence}",
        body=f"{occurrence.team} did not complete this duty in time. "
        "It stays in the record as missed.",
        link=occurrence.get_absolute_url(),
    )
