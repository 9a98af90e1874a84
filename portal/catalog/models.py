"""What production consists of: services, the resources behind them, and prices."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from portal.accounts.models import Team, User


class Service(models.Model):
    """One thing the company runs for its users, owned by one team. Resources that
    carry ``tag`` belong to it as soon as they are seen."""

    class Tier(models.TextChoices):
        BACKEND = "backend", "Backend"
        FRONTEND = "frontend", "Frontend"
        MOBILE = "mobile", "Mobile"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    tier = models.CharField(max_length=10, choices=Tier)
    summary = models.CharField(max_length=300, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="services")
    tag = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:service", args=[self.slug])


class ResourceQuerySet(models.QuerySet["Resource"]):
    def present(self) -> Self:
        """Resources that were in the account when it was last read."""
        return self.filter(vanished_at__isnull=True)

    def matching(self, text: str) -> Self:
        """Resources whose name, URN or address contains a text."""
        return self.filter(
            Q(name__icontains=text)
            | Q(urn__icontains=text)
            | Q(facts__public_ip__startswith=text)
            | Q(facts__private_ip__startswith=text)
        )


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

    objects = ResourceQuerySet.as_manager()

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


class RefreshQuerySet(models.QuerySet["RefreshRequest"]):
    def ask(
        self, kind: str, target: str = "", *, requested_by: User | None
    ) -> tuple[RefreshRequest, bool]:
        """The open request of this kind and target, and whether it is a new one."""
        return self.get_or_create(
            kind=kind,
            target=target,
            finished_at=None,
            defaults={"requested_by": requested_by},
        )

    def about(self, target: str) -> Self:
        """Requests that read this resource: its own, and those of the account."""
        return self.filter(Q(kind="account") | Q(kind="resource", target=target))


class RefreshRequest(models.Model):
    """One wish to have the provider read again; a worker fulfils it.

    ``kind`` is ``account`` for everything, or ``resource`` with the URN as
    ``target``. At most one is open per kind and target. ``read_at`` is when the
    reading of a finished request began: what it saw is at least that fresh.
    ``due_at`` is moved forward while a worker has it, and when the provider asks
    for patience; ``error`` says why, or why it failed.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", "The account"
        RESOURCE = "resource", "One resource"

    kind = models.CharField(max_length=20, choices=Kind)
    target = models.CharField(max_length=120, blank=True)
    requested_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = RefreshQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["finished_at"], name="refreshrequest_by_end")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="refreshrequest_target_of_resource",
                condition=Q(kind="account", target="")
                | ~Q(kind="account") & ~Q(target=""),
            ),
            models.UniqueConstraint(
                fields=["kind", "target"],
                condition=Q(finished_at__isnull=True),
                name="refreshrequest_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Refresh of {self.target or self.kind}"
