"""Something is broken, and somebody may be on it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from incidents import sla
from incidents.models.policies import Severity
from portal.accounts.models import Team, User
from portal.catalog.models import Service
from portal.exceptions import TransitionError

if TYPE_CHECKING:
    from incidents.models.clocks import Clock

REOPEN_WITHIN = dt.timedelta(hours=24)
NUMBER = re.compile(r"^(?:inc-?|#)?(\d{1,9})$", re.IGNORECASE)


class Status(models.TextChoices):
    """Where an incident stands; lists show the words."""

    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    MITIGATED = "mitigated", "Mitigated"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


LIVE = (Status.OPEN, Status.ACKNOWLEDGED, Status.MITIGATED)
MOVES: dict[Status, set[Status]] = {
    Status.OPEN: {Status.ACKNOWLEDGED, Status.RESOLVED},
    Status.ACKNOWLEDGED: {Status.RESOLVED},
    Status.MITIGATED: {Status.RESOLVED},
    Status.RESOLVED: {Status.OPEN},
    Status.CLOSED: set(),
    Status.CANCELLED: set(),
}
STATUS_TONES = {
    Status.OPEN: "warn",
    Status.ACKNOWLEDGED: "info",
    Status.MITIGATED: "warn",
    Status.RESOLVED: "ok",
    Status.CLOSED: "neutral",
    Status.CANCELLED: "neutral",
}


class IncidentQuerySet(models.QuerySet["Incident"]):
    def live(self) -> IncidentQuerySet:
        """Not yet resolved."""
        return self.filter(status__in=LIVE)

    def mine(self, user: User) -> IncidentQuerySet:
        """Live incidents this person declared, answered or leads."""
        return self.live().filter(
            Q(lead=user) | Q(acknowledged_by=user) | Q(declared_by=user)
        )

    def matching(self, text: str) -> IncidentQuerySet:
        """Title contains the text, or the text is an incident's number."""
        number = NUMBER.match(text)
        found = Q(title__icontains=text)
        return self.filter(found | Q(pk=int(number[1])) if number else found)

    def for_rows(self) -> IncidentQuerySet:
        """With everything a list row shows, in three queries however many rows."""
        people = self.select_related("team", "lead")
        return people.prefetch_related("clocks", "services")


class Incident(models.Model):
    """Something is broken, or was.

    ``declared_at`` is the database server's time and never changes: every promise is
    anchored on it. ``client_key`` comes with the form, so that a form sent twice is
    one incident. Who acknowledged or resolved it is about the current cycle; the
    timeline keeps the earlier ones. ``version`` grows with every change.
    """

    client_key = models.UUIDField(unique=True, editable=False)
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=12, choices=Severity)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents"
    )
    services = models.ManyToManyField(Service, blank=True, related_name="incidents")
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_incidents",
    )
    declared_at = models.DateTimeField(db_default=Now(), editable=False)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    resolution = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="incident_severity_known",
                condition=Q(severity__in=Severity.values),
            ),
            models.CheckConstraint(
                name="incident_status_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="incident_acknowledged_has_owner",
                condition=~Q(status__in=["acknowledged", "mitigated", "resolved"])
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="incident_resolved_says_how",
                condition=~Q(status="resolved")
                | Q(resolved_by__isnull=False, resolved_at__isnull=False)
                & ~Q(resolution=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["severity", "-declared_at", "-id"],
                name="incident_live",
                condition=Q(status__in=["open", "acknowledged", "mitigated"]),
            ),
            models.Index(fields=["-declared_at", "-id"], name="incident_newest"),
        ]
        permissions = [
            ("declare_incident", "Can declare an incident"),
            ("respond_incident", "Can acknowledge, update and resolve incidents"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.pk])

    @property
    def number(self) -> str:
        return f"INC-{self.pk}"

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def severity_tone(self) -> str:
        return Severity(self.severity).tone

    @property
    def status_tone(self) -> str:
        return STATUS_TONES[Status(self.status)]

    @property
    def response_clock(self) -> Clock | None:
        """The clock of the current cycle; reads the clocks once if not prefetched."""
        clocks = list(self.clocks.all())
        return clocks[-1] if clocks else None

    @property
    def calendar(self) -> sla.Calendar:
        """The owning team's working week, or the company's."""
        zone = self.team.time_zone if self.team else settings.PORTAL_TIME_ZONE
        return sla.Calendar.of(zone)

    def acknowledge(self, *, by: User, at: dt.datetime) -> None:
        """Somebody answers for it; the first to answer leads unless someone does."""
        if self.status == Status.ACKNOWLEDGED:
            raise TransitionError(
                f"{self.number} was already acknowledged by {self.acknowledged_by}."
            )
        self._move_to(Status.ACKNOWLEDGED)
        self._answered(by=by, at=at)

    def require_resolvable(self) -> None:
        """Raise TransitionError unless it is still broken."""
        if self.status == Status.RESOLVED:
            raise TransitionError(
                f"{self.number} was already resolved by {self.resolved_by}."
            )
        self._require(Status.RESOLVED)

    def resolve(self, *, by: User, at: dt.datetime, resolution: str) -> None:
        """It works again. Resolving what nobody answered answers it, too."""
        self.require_resolvable()
        self._move_to(Status.RESOLVED)
        if self.acknowledged_at is None:
            self._answered(by=by, at=at)
        self.resolved_at, self.resolved_by = at, by
        self.resolution = resolution

    def can_reopen(self, *, at: dt.datetime) -> bool:
        """Whether the fix is so recent that its failure is the same incident."""
        return (
            self.status == Status.RESOLVED
            and self.resolved_at is not None
            and at - self.resolved_at <= REOPEN_WITHIN
        )

    def require_reopenable(self, *, at: dt.datetime) -> None:
        """Raise TransitionError unless it was resolved within the last day."""
        if self.status == Status.RESOLVED and not self.can_reopen(at=at):
            raise TransitionError(
                f"{self.number} was resolved more than 24 hours ago. "
                "Declare a new incident."
            )
        self._require(Status.OPEN)

    def reopen(self, *, at: dt.datetime) -> None:
        """The fix did not hold: open again, unanswered, with a new cycle to come."""
        self.require_reopenable(at=at)
        self._move_to(Status.OPEN)
        self.acknowledged_at = self.resolved_at = None
        self.acknowledged_by = self.resolved_by = None
        self.resolution = ""

    def hand_to(self, lead: User) -> None:
        """Somebody else leads from here."""
        self.require_live()
        if self.lead_id == lead.pk:
            raise TransitionError(f"{lead} already leads {self.number}.")
        self.lead = lead
        self.version += 1

    def require_live(self) -> None:
        """Raise TransitionError unless people still work on it."""
        if not self.is_live:
            word = self.get_status_display().lower()
            raise TransitionError(f"{self.number} is {word}; nothing can be added.")

    def _answered(self, *, by: User, at: dt.datetime) -> None:
        self.acknowledged_at, self.acknowledged_by = at, by
        self.lead = self.lead or by

    def _require(self, status: Status) -> None:
        if status not in MOVES[Status(self.status)]:
            raise TransitionError(
                f"{self.number} is {self.get_status_display().lower()}; "
                f"it cannot become {status.label.lower()}."
            )

    def _move_to(self, status: Status) -> None:
        self._require(status)
        self.status = status
        self.version += 1
