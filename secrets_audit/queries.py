"""Reads that are more than the model's own."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, TextChoices

from portal.accounts.models import Team, User
from secrets_audit import permissions
from secrets_audit.models import Credential, CredentialQuerySet, today

OWN_TEAMS = "@mine"
"""No slug holds an @, so no team is called that."""


class Show(TextChoices):
    """Which credentials a list shows."""

    LIVE = "live", "In use"
    DUE = "due", "Due within 14 days"
    OVERDUE = "overdue", "Overdue"
    RETIRED = "retired", "Retired"


@dataclass(frozen=True)
class Pressing:
    """How many credentials are due within 14 days, and how many of them overdue."""

    due: int
    overdue: int


def shown(which: str) -> CredentialQuerySet:
    """The credentials behind one choice of the list; in use unless told otherwise."""
    match which:
        case Show.DUE:
            return Credential.objects.due_soon()
        case Show.OVERDUE:
            return Credential.objects.overdue()
        case Show.RETIRED:
            return Credential.objects.exclude(retired_at=None)
        case _:
            return Credential.objects.live()


def filtered(
    which: str, user: User, *, text: str = "", kind: str = "", team: str = ""
) -> CredentialQuerySet:
    """The rows of the list, narrowed; three queries however many rows. ``team`` is a
    slug, or OWN_TEAMS for those this person belongs to."""
    found = shown(which).select_related("team").prefetch_related("services")
    if text:
        found = found.matching(text)
    if kind:
        found = found.filter(kind=kind)
    if team == OWN_TEAMS:
        return found.filter(team__in=user.team_ids)
    return found.filter(team__slug=team) if team else found


def with_facts() -> CredentialQuerySet:
    """Credentials with everything their page tells about them."""
    people = ("team", "created_by", "retired_by")
    return Credential.objects.select_related(*people).prefetch_related("services")


def is_taken(kind: str, name: str, *, but_not: uuid.UUID) -> bool:
    """Whether a credential in use has this kind and name, the one that a form with
    this key made left aside."""
    twins = Credential.objects.live().filter(kind=kind, name__iexact=name)
    return twins.exclude(client_key=but_not).exists()


def teams_kept_by(user: User) -> QuerySet[Team]:
    """The teams whose credentials this person may keep."""
    if permissions.can_keep_any(user):
        return Team.objects.all()
    pks = [team.pk for team in user.teams.all() if permissions.can_keep(user, team)]
    return Team.objects.filter(pk__in=pks)


def pressing(user: User) -> Pressing:
    """What is due of the teams this person keeps credentials for."""
    due = Credential.objects.due_soon()
    if not permissions.can_keep_any(user):
        due = due.filter(team__in=user.team_ids)
    counts = due.aggregate(due=Count("pk"), overdue=Count("pk", Q(due_on__lt=today())))
    return Pressing(**counts)
