"""Promises that run against time, and the ledger of those that were broken."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from incidents import sla
from incidents.models.incidents import Incident
from incidents.models.policies import Severity, SeverityPolicy


class State(models.TextChoices):
    """What has become of a clock."""

    RUNNING = "running", "Running"
    MET = "met", "Met"
    BREACHED = "breached", "Breached"
    SUPERSEDED = "superseded", "Superseded"
    CANCELLED = "cancelled", "Cancelled"


class ClockQuerySet(models.QuerySet["Clock"]):
    def overdue(self) -> ClockQuerySet:
        """Running past their deadline, by the database's clock."""
        return self.filter(state=State.RUNNING, deadline__lt=Now())

    def unanswered(self) -> ClockQuerySet:
        """Nobody has responded yet, in time or late."""
        return self.filter(ended_at__isnull=True)


class Clock(models.Model):
    """One promise about one incident, from ``started_at`` to ``deadline``.

    All instants are fixed when the clock starts, from the policy version and the zone
    stored with it, and are never recomputed. A cycle begins with the declaration and
    with each reopening. A breached clock without ``ended_at`` is still unanswered.
    """

    class Kind(models.TextChoices):
        RESPONSE = "response", "Response"

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="clocks"
    )
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.RESPONSE)
    cycle = models.PositiveSmallIntegerField(default=1)
    severity = models.CharField(max_length=12, choices=Severity)
    policy = models.ForeignKey(
        SeverityPolicy, on_delete=models.PROTECT, related_name="+"
    )
    time_zone = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    at_risk_at = models.DateTimeField()
    deadline = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["cycle", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind", "cycle"],
                condition=~Q(state="superseded"),
                name="clock_once_per_cycle",
            ),
            models.CheckConstraint(
                name="clock_instants_in_order",
                condition=Q(at_risk_at__gte=F("started_at"))
                & Q(deadline__gte=F("at_risk_at")),
            ),
            models.CheckConstraint(
                name="clock_running_has_no_end",
                condition=~Q(state="running") | Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="clock_met_in_time",
                condition=~Q(state="met") | Q(ended_at__lte=F("deadline")),
            ),
            models.CheckConstraint(
                name="clock_breached_not_in_time",
                condition=~Q(state="breached")
                | Q(ended_at__isnull=True)
                | Q(ended_at__gt=F("deadline")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"], name="clock_due", condition=Q(state="running")
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} clock {self.cycle} of {self.incident.number}"

    @classmethod
    def start(
        cls, incident: Incident, policy: SeverityPolicy, *, cycle: int, at: dt.datetime
    ) -> Clock:
        """An unsaved clock with every instant computed from the policy."""
        target, calendar = policy.response_target, incident.calendar
        return cls(
            incident=incident,
            cycle=cycle,
            severity=policy.severity,
            policy=policy,
            time_zone=calendar.zone.key,
            started_at=at,
            at_risk_at=sla.at_risk(target, at, calendar),
            deadline=sla.deadline(target, at, calendar),
        )

    def stop(self, *, at: dt.datetime) -> None:
        """Somebody responded. In time at the very deadline; later is a breach."""
        self.ended_at = at
        self.state = State.MET if at <= self.deadline else State.BREACHED

    def is_overdue(self, *, at: dt.datetime) -> bool:
        """Past its deadline without anybody having written that down."""
        return self.state == State.RUNNING and at > self.deadline

    def reading(self, *, now: dt.datetime) -> sla.Reading:
        """The clock in words and a tone."""
        return sla.read(
            started_at=self.started_at,
            at_risk_at=self.at_risk_at,
            deadline=self.deadline,
            ended_at=self.ended_at,
            now=now,
        )

    @property
    def explanation(self) -> str:
        """Why the deadline is what it is; needs the policy."""
        calendar = sla.Calendar.of(self.time_zone)
        return sla.explain(self.policy.response_target, self.started_at, calendar)


class Breach(models.Model):
    """One broken promise. ``breached_at`` is the deadline itself; ``detected_at`` is
    when the portal noticed. Never changed and never removed, not even by hand in the
    database."""

    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="breach")
    kind = models.CharField(max_length=12, choices=Clock.Kind)
    cycle = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=12, choices=Severity)
    policy = models.ForeignKey(
        SeverityPolicy, on_delete=models.PROTECT, related_name="+"
    )
    breached_at = models.DateTimeField()
    detected_at = models.DateTimeField(db_default=Now(), editable=False)
    detector = models.CharField(max_length=16)

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="breach_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="breach_no_truncate",
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the breach ledger is append-only';",
            ),
        ]
        verbose_name_plural = "breaches"

    def __str__(self) -> str:
        return f"Breach of {self.clock}"

    @classmethod
    def of(cls, clock: Clock, *, detector: str) -> Breach:
        """The unsaved ledger row for a clock that ran past its deadline."""
        return cls(
            clock=clock,
            kind=clock.kind,
            cycle=clock.cycle,
            severity=clock.severity,
            policy_id=clock.policy_id,
            breached_at=clock.deadline,
            detector=detector,
        )
