"""People, their accounts, and the teams that own things."""

from __future__ import annotations

import zoneinfo
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

TIME_ZONES = frozenset(zoneinfo.available_timezones())
"""The only zone names ever handed to ZoneInfo; anything else is refused."""


class Person(models.Model):
    """One human being. Several accounts may belong to one person, and separation of
    duties counts persons, never accounts."""

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Creates accounts; there is deliberately no superuser."""

    def create_user(
        self, email: str, name: str, password: str | None = None, **fields: Any
    ) -> User:
        """An account with its own person, unless ``person`` is given."""
        person = fields.pop("person", None) or Person.objects.create(name=name)
        user = self.model(
            email=self.normalize_email(email).lower(),
            name=name,
            person=person,
            **fields,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One account a person signs in with. Deactivated, never deleted: the record
    keeps naming who acted. There is no superuser flag, hence nothing to bypass with.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", "As the device says"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    class Density(models.TextChoices):
        NORMAL = "normal", "Normal"
        COMPACT = "compact", "Compact"

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="accounts"
    )
    groups = models.ManyToManyField(
        Group, blank=True, related_name="user_set", related_query_name="user"
    )
    is_active = models.BooleanField(default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    time_zone = models.CharField(max_length=64, default="", blank=True)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=8, choices=Density, default=Density.NORMAL)
    shortcuts = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(
                name="user_deactivated_has_time",
                condition=Q(is_active=True) | Q(deactivated_at__isnull=False),
            ),
        ]
        permissions = [("manage_people", "Can invite, deactivate and give roles")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def _rights(self) -> tuple[frozenset[str], frozenset[str]]:
        rows = list(
            self.groups.values_list(
                "name",
                "permissions__content_type__app_label",
                "permissions__codename",
            )
        )
        roles = frozenset(name for name, _, _ in rows)
        codes = frozenset(f"{label}.{code}" for _, label, code in rows if code)
        return roles, codes

    @property
    def roles(self) -> frozenset[str]:
        """The names of the global roles this account holds."""
        return self._rights[0]

    def has_role(self, role: str) -> bool:
        return self.is_active and role in self.roles

    def can(self, permission: str) -> bool:
        """Whether a role of this active account holds ``app_label.codename``."""
        return self.is_active and permission in self._rights[1]

    @cached_property
    def _memberships(self) -> dict[int, bool]:
        return dict(self.memberships.values_list("team_id", "is_lead"))

    @property
    def team_ids(self) -> frozenset[int]:
        return frozenset(self._memberships)

    def belongs_to(self, team: Team | None) -> bool:
        return team is not None and self.is_active and team.pk in self._memberships

    def leads(self, team: Team | None) -> bool:
        return (
            team is not None and self.is_active and bool(self._memberships.get(team.pk))
        )

    def forget_rights(self) -> None:
        """Read roles and memberships again at the next question."""
        self.__dict__.pop("_rights", None)
        self.__dict__.pop("_memberships", None)


class Team(models.Model):
    """A group of people that owns services, duties and incidents. Its letter and
    colour (1 to 8, see the design tokens) mark it wherever it appears."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80, unique=True)
    letter = models.CharField(
        max_length=2, validators=[RegexValidator(r"^[A-Z][A-Za-z]?$")]
    )
    colour = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    members = models.ManyToManyField(
        User, through="TeamMembership", related_name="teams"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="team_colour_known", condition=Q(colour__gte=1, colour__lte=8)
            )
        ]

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    """One account belongs to one team; a lead leads this team only."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(default=False)

    class Meta:
        ordering = [F("is_lead").desc(), "user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"], name="team_membership_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class Invitation(models.Model):
    """An administrator's offer of one account to one e-mail address. The link holds
    the token; the row holds only its SHA-256. Used once, expires."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    roles = models.JSONField(default=list)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.email}"

    @property
    def is_over(self) -> bool:
        """Whether the link's time has passed."""
        return self.expires_at <= timezone.now()
