"""What is known of a credential. Never what it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Team, User
from portal.catalog.models import Service
from portal.exceptions import TransitionError
from secrets_audit import standing
from secrets_audit.standing import Standing

DEFAULT_ROTATION_DAYS = 90
"""Runbook, Credential Management: quarterly credential rotation."""


def today() -> date:
    """The day in the company's zone: a credential is due for everybody at once."""
    return timezone.now().astimezone(ZoneInfo(settings.PORTAL_TIME_ZONE)).date()


class CredentialQuerySet(models.QuerySet["Credential"]):
    def live(self) -> CredentialQuerySet:
        """Those still in use."""
        return self.filter(retired_at__isnull=True)

    def overdue(self) -> CredentialQuerySet:
        return self.live().filter(due_on__lt=today())

    def due_soon(self) -> CredentialQuerySet:
        """Due within 14 days, or overdue."""
        return self.live().filter(
            due_on__lte=today() + timedelta(days=standing.SOON_DAYS)
        )

    def matching(self, text: str) -> CredentialQuerySet:
        """Name or public id contains the text."""
        return self.filter(Q(name__icontains=text) | Q(public_id__icontains=text))


class Credential(models.Model):
    """That one credential exists: what it opens, whose it is, how old it may get.

    There is no field for its value, and every text is refused that looks like one.
    ``public_id`` is its public half: an access key id, a fingerprint, a user's name.
    ``rotated_on`` is the day its present value was made; the database adds
    ``rotation_days`` to it and that is ``due_on``. Retired, never deleted.
    """

    class Kind(models.TextChoices):
        SPACES_KEY = "spaces_key", "Spaces key"
        DATABASE_USER = "database_user", "Database user"
        APP_SECRET = "app_secret", "App secret"
        SSH_KEY = "ssh_key", "SSH key"
        CERTIFICATE = "certificate", "Certificate"
        API_TOKEN = "api_token", "API token"
        OTHER = "other", "Other"

    client_key = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=120)
    public_id = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="credentials")
    services = models.ManyToManyField(Service, blank=True, related_name="credentials")
    rotation_days = models.PositiveSmallIntegerField(default=DEFAULT_ROTATION_DAYS)
    rotated_on = models.DateField()
    due_on = models.GeneratedField(
        expression=models.ExpressionWrapper(
            F("rotated_on") + F("rotation_days"), output_field=models.DateField()
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    retired_because = models.CharField(max_length=300, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        permissions = [
            ("keep_credential", "Can keep the credentials of own teams"),
            ("keep_any_credential", "Can keep the credentials of every team"),
        ]
        constraints = [
            models.UniqueConstraint(
                "kind",
                Lower("name"),
                condition=Q(retired_at__isnull=True),
                name="credential_live_name_once",
            ),
            models.CheckConstraint(
                name="credential_rotation_days_sensible",
                condition=Q(rotation_days__gte=1, rotation_days__lte=1100),
            ),
            models.CheckConstraint(
                name="credential_retired_by_somebody",
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="credential_by_due_day",
                condition=Q(retired_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("secrets:detail", args=[self.pk])

    @property
    def is_live(self) -> bool:
        return self.retired_at is None

    @property
    def standing(self) -> Standing:
        """How it stands today, by the company's calendar."""
        return standing.of(
            due_on=self.due_on, today=today(), retired=self.retired_at is not None
        )

    def retire(self, *, by: User, at: datetime, reason: str) -> None:
        """It exists no more. Raises TransitionError the second time."""
        self.require_live()
        self.retired_at, self.retired_by, self.retired_because = at, by, reason

    def require_live(self) -> None:
        """Raise TransitionError once it has been retired."""
        if not self.is_live:
            message = f"{self.name} is already retired. Nothing was changed."
            raise TransitionError(message)
