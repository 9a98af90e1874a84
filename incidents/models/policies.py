"""What is promised for each severity."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents import sla


class Severity(models.TextChoices):
    """The runbook's levels. In alphabetical order they are also in order of weight,
    which lists rely on."""

    CRITICAL = "critical", "Critical"
    MAJOR = "major", "Major"
    MINOR = "minor", "Minor"

    @property
    def tone(self) -> str:
        return {"critical": "bad", "major": "warn"}.get(self.value, "neutral")


class PolicyQuerySet(models.QuerySet["SeverityPolicy"]):
    def current(self) -> PolicyQuerySet:
        """The newest version of each severity, the gravest first."""
        return self.order_by("severity", "-version").distinct("severity")


class SeverityPolicy(models.Model):
    """One version of the promise for one severity. Never edited: a change is a new
    version, and every clock keeps the version it was started under.

    ``response_amount`` and ``resolve_amount`` are seconds, or business days for the
    mode ``business_day_end``. Runbook, Severity Classification.
    """

    class Mode(models.TextChoices):
        ELAPSED = "elapsed", "Seconds, day and night"
        BUSINESS_SECONDS = "business_seconds", "Seconds of working time"
        BUSINESS_DAY_END = "business_day_end", "End of a business day"

    severity = models.CharField(max_length=12, choices=Severity)
    version = models.PositiveIntegerField()
    meaning = models.CharField(max_length=300)
    communication = models.CharField(max_length=200)
    response_mode = models.CharField(max_length=20, choices=Mode)
    response_amount = models.PositiveIntegerField()
    update_every = models.PositiveIntegerField(null=True, blank=True)
    resolve_mode = models.CharField(max_length=20, choices=Mode)
    resolve_amount = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["severity", "version"], name="severity_policy_version_once"
            ),
            models.CheckConstraint(
                name="severity_policy_severity_known",
                condition=Q(severity__in=Severity.values),
            ),
            models.CheckConstraint(
                name="severity_policy_promises_something",
                condition=Q(response_amount__gte=1, resolve_amount__gte=1),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="severity_policy_immutable",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]
        verbose_name_plural = "severity policies"

    def __str__(self) -> str:
        return f"{self.get_severity_display()}, version {self.version}"

    @property
    def response_target(self) -> sla.Target:
        """The promised response, as the arithmetic understands it."""
        match self.response_mode:
            case self.Mode.ELAPSED:
                return sla.Elapsed(self.response_amount)
            case self.Mode.BUSINESS_SECONDS:
                return sla.BusinessSeconds(self.response_amount)
            case _:
                return sla.BusinessDayEnd(self.response_amount)
