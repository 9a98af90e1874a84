"""What happened, in order, as the people involved told it."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from incidents.models.incidents import Incident


class Kind(models.TextChoices):
    """What an entry tells; the words follow the author's name on the page."""

    DECLARED = "declared", "declared the incident"
    ACKNOWLEDGED = "acknowledged", "acknowledged"
    UPDATE = "update", "wrote an update"
    LEAD = "lead", "changed the lead"
    RESOLVED = "resolved", "resolved the incident"
    REOPENED = "reopened", "reopened the incident"
    BREACHED = "breached", "Response deadline passed"


ICONS = {
    Kind.DECLARED: "siren",
    Kind.ACKNOWLEDGED: "hand",
    Kind.UPDATE: "message-square",
    Kind.LEAD: "user-round-check",
    Kind.RESOLVED: "circle-check",
    Kind.REOPENED: "rotate-ccw",
    Kind.BREACHED: "alarm-clock-off",
}
TONES = {
    Kind.DECLARED: "bad",
    Kind.ACKNOWLEDGED: "info",
    Kind.RESOLVED: "ok",
    Kind.REOPENED: "warn",
    Kind.BREACHED: "bad",
}


class TimelineEntry(models.Model):
    """One thing that happened to an incident, in the author's words where there are
    any. Never edited: a correction is another entry. ``author`` is empty when the
    portal itself noticed. ``data`` is a flat JSON object, for a reader that needs more
    than words. ``client_key`` makes an update sent twice one entry."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="timeline"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    body = models.TextField(blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(db_default=Now(), editable=False)
    data = models.JSONField(default=dict, blank=True)
    client_key = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)

    class Meta:
        indexes = [models.Index(fields=["incident", "-id"], name="timeline_newest")]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="timeline_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]
        verbose_name_plural = "timeline entries"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in {self.incident.number}"

    @property
    def icon(self) -> str:
        return ICONS[Kind(self.kind)]

    @property
    def tone(self) -> str:
        return TONES.get(Kind(self.kind), "neutral")
