"""What production consists of: services, the resources behind them, and prices."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from portal.accounts.models import Team, User


class Service(models.Model):
    """One thing the company runs for its users, owned by one team."""

    class Tier(models.TextChoices):
        BACKEND = "backend", "Backend"
        FRONTEND = "frontend", "Frontend"
        MOBILE = "mobile", "Mobile"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    tier = models.CharField(max_length=10, choices=Tier)
    summary = models.CharField(max_length=300, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="services")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:service", args=[self.slug])


class Resource(models.Model):
    """One resource of the provider's account, known by its URN
    (``do:droplet:386734086``), as it was when last read (``seen_at``).

    ``facts`` holds the fields that matter and never a credential. A resource that is
    gone from the account stays, with the time it went.
    """

    urn = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=30, default="droplet")
    provider_id = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=255)
    region = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=30, blank=True)
    tags = models.JSONField(default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    monthly_usd = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    services = models.ManyToManyField(Service, blank=True, related_name="resources")
    seen_at = models.DateTimeField(null=True, blank=True)
    vanished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "name"]
        indexes = [models.Index(fields=["kind", "name"], name="resource_by_kind")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:resource", args=[self.pk])


class Size(models.Model):
    """One droplet size of the provider's list, with the price it had when read.
    Memory in MiB, disk in GiB, price in USD a month."""

    slug = models.CharField(max_length=60, unique=True)
    description = models.CharField(max_length=60, blank=True)
    vcpus = models.PositiveIntegerField()
    memory_mib = models.PositiveIntegerField()
    disk_gib = models.PositiveIntegerField()
    monthly_usd = models.DecimalField(max_digits=12, decimal_places=2)
    regions = models.JSONField(default=list)
    available = models.BooleanField(default=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["monthly_usd", "slug"]

    def __str__(self) -> str:
        return self.slug

    def delta_from(self, monthly_usd: Decimal) -> Decimal:
        """USD a month more (or less) than a given price."""
        return self.monthly_usd - monthly_usd


class RefreshRequest(models.Model):
    """One wish to have the provider read again; a worker fulfils it.

    ``kind`` is ``account`` for everything, or ``resource`` with the URN as
    ``target``. At most one is open per kind and target.
    """

    kind = models.CharField(max_length=20)
    target = models.CharField(max_length=120, blank=True)
    requested_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "target"],
                condition=Q(finished_at__isnull=True),
                name="refreshrequest_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"Refresh of {self.target or self.kind}"
