"""One date of a duty, and how it ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import date_format

from maintenance.models.series import Series
from maintenance.models.standing import Kind, Standing, counted, of_done, of_open
from portal.accounts.models import Team, User
from portal.exceptions import DomainError, TransitionError


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    """The questions the pages and the sweep ask."""

    def on(self, at: datetime) -> OccurrenceQuerySet:
        """Annotate `local_day`: which day it is then in each series' zone."""
        there = Func(
            F("series__time_zone"),
            Value(at, output_field=models.DateTimeField()),
            function="timezone",
            output_field=models.DateTimeField(),
        )
        return self.annotate(local_day=Cast(there, models.DateField()))

    def open(self) -> OccurrenceQuerySet:
        """Neither done nor closed in any other way."""
        return self.filter(state=Occurrence.State.OPEN)

    def overdue(self, at: datetime) -> OccurrenceQuerySet:
        """Open past the last day of grace."""
        return self.open().on(at).filter(grace_ends_on__lt=F("local_day"))

    def shown(self) -> OccurrenceQuerySet:
        """What a calendar shows: everything except cancelled dates."""
        return self.exclude(state=Occurrence.State.CANCELLED)


class Occurrence(models.Model):
    """One date of one series, from the day it is planned to how it ended.

    Identity is (series, nominal date) and never changes. `opens_on`, `due_date` and
    `grace_ends_on` are whole local days in the series' zone, copied when the row is
    made, as is the owner team: a later edit of the series does not rewrite what was
    agreed for this date. A row that is no longer open is final, in the database too.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        COMPLETED = "completed", "Completed"
        SKIPPED = "skipped", "Skipped"
        MISSED = "missed", "Missed"
        CANCELLED = "cancelled", "Cancelled"

    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, related_name="occurrences"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="duties")
    nominal_date = models.DateField()
    opens_on = models.DateField()
    due_date = models.DateField()
    grace_ends_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    note = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["due_date", "pk"]
        permissions = [("complete_occurrence", "Can complete duties of own teams")]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "nominal_date"], name="occurrence_once_per_date"
            ),
            models.CheckConstraint(
                name="occurrence_days_in_order",
                condition=Q(opens_on__lte=F("due_date"))
                & Q(due_date__lte=F("grace_ends_on")),
            ),
            models.CheckConstraint(
                name="occurrence_completed_by_somebody",
                condition=Q(
                    state="completed",
                    completed_at__isnull=False,
                    completed_by__isnull=False,
                )
                | (
                    ~Q(state="completed")
                    & Q(completed_at__isnull=True, completed_by__isnull=True)
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["due_date", "id"], name="occurrence_by_due_date"),
            models.Index(
                fields=["team", "due_date"],
                name="occurrence_open_by_team",
                condition=Q(state="open"),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="occurrence_closed_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="open"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.series.title}, {date_format(self.due_date, 'j M Y')}"

    def get_absolute_url(self) -> str:
        return reverse("maintenance:duty", args=[self.pk])

    def standing(self, at: datetime) -> Standing:
        """How this duty stands at that instant, counted in its own zone's days."""
        zone = self.series.zone
        if self.state == self.State.OPEN:
            return of_open(
                today=at.astimezone(zone).date(),
                opens=self.opens_on,
                due=self.due_date,
                grace_ends=self.grace_ends_on,
            )
        if self.completed_at is not None:
            return of_done(
                done=self.completed_at.astimezone(zone).date(),
                due=self.due_date,
                grace_ends=self.grace_ends_on,
            )
        return Standing(CLOSED[self.state])

    def check_open(self) -> None:
        """Raise TransitionError unless the duty still waits to be done."""
        if self.state == self.State.COMPLETED:
            raise TransitionError(f"{self.completed_by} has already completed this.")
        if self.state != self.State.OPEN:
            raise TransitionError(f"This duty is {self.state}; it cannot change.")

    def complete(self, *, by: User, at: datetime, note: str, evidence: str) -> None:
        """Record that the duty was done at that instant.

        Raises TransitionError when it is closed or too early, and DomainError when
        the series wants evidence and there is none.
        """
        self.check_open()
        self._check_not_early(at.astimezone(self.series.zone).date())
        if self.series.evidence_required and not evidence.strip():
            raise DomainError("This duty needs evidence: a link, or what was found.")
        self.state = self.State.COMPLETED
        self.completed_at, self.completed_by = at, by
        self.note, self.evidence = note.strip(), evidence.strip()
        self.version += 1

    def miss(self) -> None:
        """Record, for good, that the duty was not done before its successor opened."""
        self.check_open()
        self.state = self.State.MISSED
        self.version += 1

    @property
    def evidence_link(self) -> str:
        """The evidence when all of it is one web address, else nothing."""
        words = self.evidence.split()
        is_link = len(words) == 1 and words[0].startswith(("https://", "http://"))
        return words[0] if is_link else ""

    def _check_not_early(self, today: date) -> None:
        if today < self.opens_on:
            raise TransitionError(
                f"Too early: this can be completed from "
                f"{date_format(self.opens_on, 'j F Y')}, "
                f"{counted((self.due_date - self.opens_on).days)} before it is due."
            )


CLOSED: dict[str, Kind] = {
    Occurrence.State.SKIPPED.value: "skipped",
    Occurrence.State.MISSED.value: "missed",
    Occurrence.State.CANCELLED.value: "cancelled",
}
