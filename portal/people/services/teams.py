"""Teams and who belongs to them."""

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from portal.accounts.models import Team, TeamMembership, User
from portal.audit.services import record
from portal.exceptions import DomainError
from portal.people import permissions

TAKEN_SLUGS = frozenset({"new"})
"""Words that are addresses of their own below /teams/."""


@transaction.atomic
def create_team(
    name: str, *, letter: str, colour: int, time_zone: str, actor: User
) -> Team:
    """Found a team; its address is made from its name and stays.

    Raises ForbiddenError, or DomainError when the name is taken.
    """
    permissions.require_keeper(actor)
    team = Team(
        slug=_free_slug(name),
        name=name,
        letter=letter,
        colour=colour,
        time_zone=time_zone,
    )
    _save(team)
    record(
        "team.created",
        team,
        actor=actor,
        letter=letter,
        colour=colour,
        time_zone=time_zone,
    )
    return team


@transaction.atomic
def edit_team(
    team: Team, *, name: str, letter: str, colour: int, time_zone: str, actor: User
) -> Team:
    """Change how a team is called, marked and timed.

    Raises ForbiddenError, or DomainError when the name is taken.
    """
    team = Team.objects.select_for_update().get(pk=team.pk)
    permissions.require_keeper(actor)
    wanted = {"name": name, "letter": letter, "colour": colour, "time_zone": time_zone}
    changed = {
        field: {"before": getattr(team, field), "after": value}
        for field, value in wanted.items()
        if getattr(team, field) != value
    }
    for field, value in wanted.items():
        setattr(team, field, value)
    _save(team)
    if changed:
        record("team.edited", team, actor=actor, **changed)
    return team


@transaction.atomic
def set_membership(team: Team, *, user: User, level: str, actor: User) -> Team:
    """Make the account a ``member`` or ``lead`` of the team, or ``none`` of it.

    Raises ForbiddenError, DomainError for a deactivated account that would be added.
    """
    team = Team.objects.select_for_update().get(pk=team.pk)
    permissions.require_keeper(actor)
    membership = TeamMembership.objects.filter(team=team, user=user).first()
    before = _level(membership)
    if level == before:
        return team
    if level != "none" and not user.is_active:
        message = f"{user.name} is deactivated and cannot join a team."
        raise DomainError(message)
    if level == "none":
        TeamMembership.objects.filter(team=team, user=user).delete()
    else:
        TeamMembership.objects.update_or_create(
            team=team, user=user, defaults={"is_lead": level == "lead"}
        )
    user.forget_rights()
    record(
        "membership.changed",
        user,
        actor=actor,
        team=team,
        level={"before": before, "after": level},
    )
    return team


def _level(membership: TeamMembership | None) -> str:
    if membership is None:
        return "none"
    return "lead" if membership.is_lead else "member"


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        message = f"There is a team called {team.name} already."
        raise DomainError(message) from error


def _free_slug(name: str) -> str:
    base = slugify(name)[:36] or "team"
    slug, number = base, 1
    while slug in TAKEN_SLUGS or Team.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
