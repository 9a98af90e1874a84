"""Reads over accounts, their factors, sessions and teams."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from portal.accounts.models import Invitation, Team, TeamMembership, User
from portal.accounts.stepup import PROOFS


def accounts() -> QuerySet[User]:
    """Accounts with ``has_factor``, their roles and teams, in three queries."""
    memberships = TeamMembership.objects.select_related("team").order_by("team__name")
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=PROOFS)
    return User.objects.annotate(has_factor=Exists(factors)).prefetch_related(
        "groups", Prefetch("memberships", queryset=memberships)
    )


def matching(*, text: str, role: str, team: Team | None, state: str) -> QuerySet[User]:
    """The accounts that fit the list's filters; empty ones match everything."""
    found = accounts()
    if text:
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if role:
        found = found.filter(groups__name=role)
    if team:
        found = found.filter(memberships__team=team)
    if state:
        found = found.filter(is_active=state == "active")
    return found


def active_holders(role: str) -> QuerySet[User]:
    """Active accounts with a role."""
    return User.objects.filter(is_active=True, groups__name=role)


def open_invitations() -> QuerySet[Invitation]:
    """Invitations neither accepted nor withdrawn; some may have expired."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)


def invitations_to_show() -> list[Invitation]:
    """The newest open invitations for the page of accounts, at most 50."""
    found = open_invitations().select_related("team", "invited_by")
    return list(found.order_by("-pk")[:50])


def why_closed(invitation: Invitation) -> str:
    """Why an invitation cannot be accepted, as a sentence; empty when it can."""
    if invitation.accepted_at:
        return "This invitation has been used. Sign in with your password."
    if invitation.withdrawn_at:
        return "This invitation was withdrawn. Ask an administrator for a new one."
    if invitation.is_over:
        return "This invitation has expired. Ask an administrator for a new one."
    return ""


def sessions_of(user: User) -> int:
    """How many sessions of the account are known."""
    return int(UserSession.objects.filter(user=user).count())


def teams() -> QuerySet[Team]:
    """Teams with how many active ``people`` they have and their leads."""
    active = Q(memberships__user__is_active=True)
    leads = TeamMembership.objects.filter(is_lead=True, user__is_active=True)
    return Team.objects.annotate(
        people=Count("memberships", filter=active)
    ).prefetch_related(
        Prefetch("memberships", queryset=leads.select_related("user"), to_attr="leads")
    )


def members(team: Team) -> QuerySet[TeamMembership]:
    """The team's memberships, leads first, deactivated people last."""
    return team.memberships.select_related("user").order_by(
        "-user__is_active", "-is_lead", "user__name", "pk"
    )


def settings_of(team: Team) -> dict[str, object]:
    """What the team's form starts from."""
    names = ("name", "letter", "colour", "time_zone")
    return {name: getattr(team, name) for name in names}


def preferences_of(user: User) -> dict[str, object]:
    """What the preferences form starts from."""
    names = ("theme", "density", "time_zone", "shortcuts")
    return {name: getattr(user, name) for name in names}
