"""Invitations: the only way to an account."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import Invitation, Team, TeamMembership, User
from portal.accounts.roles import Role
from portal.audit.services import record
from portal.exceptions import DomainError, TransitionError
from portal.notify.services import announce
from portal.people import permissions, queries

VALID_FOR = timedelta(days=7)
OFFERED = (Role.VIEWER, Role.ENGINEER, Role.AUDITOR, Role.ADMINISTRATOR)
"""The roles one administrator may give; two approvers decide who is an approver."""


@dataclass(frozen=True)
class Invited:
    """A new invitation and its token, which is not stored and cannot be had again."""

    invitation: Invitation
    token: str


def digest(token: str) -> str:
    """What the row holds of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def invite(
    email: str, *, name: str, roles: Collection[str], team: Team | None, actor: User
) -> Invited:
    """Offer an account to an e-mail address for seven days.

    Raises ForbiddenError, or DomainError when the address has an account or an open
    invitation. An invitation that expired is withdrawn to make room.
    """
    permissions.require_keeper(actor)
    email = email.lower()
    if User.objects.filter(email__iexact=email).exists():
        message = f"{email} already has an account."
        raise DomainError(message)
    _withdraw_expired(email)
    token = secrets.token_urlsafe(32)
    invitation = _create(
        email=email,
        name=name,
        roles=sorted(set(roles) & set(OFFERED)),
        team=team,
        token_sha256=digest(token),
        invited_by=actor,
        expires_at=timezone.now() + VALID_FOR,
    )
    record(
        "account.invited",
        invitation,
        actor=actor,
        email=email,
        roles=invitation.roles,
        team=team,
        expires_at=invitation.expires_at,
    )
    return Invited(invitation, token)


def _create(**fields: object) -> Invitation:
    try:
        with transaction.atomic():
            return Invitation.objects.create(**fields)
    except IntegrityError as error:
        message = f"{fields['email']} has an open invitation; withdraw it first."
        raise DomainError(message) from error


def _withdraw_expired(email: str) -> None:
    expired = queries.open_invitations().filter(
        email__iexact=email, expires_at__lte=timezone.now()
    )
    for invitation in expired.select_for_update():
        _withdraw(invitation, actor=None, reason="expired")


@transaction.atomic
def withdraw(invitation: Invitation, *, actor: User) -> Invitation:
    """Make the link worthless. Raises ForbiddenError, or TransitionError when it was
    accepted or withdrawn before."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    permissions.require_keeper(actor)
    if invitation.accepted_at or invitation.withdrawn_at:
        message = "This invitation is no longer open."
        raise TransitionError(message)
    return _withdraw(invitation, actor=actor, reason="withdrawn")


def lock_sent_by(user: User) -> list[Invitation]:
    """The open invitations an account has sent, locked in the caller's transaction."""
    sent = queries.open_invitations().filter(invited_by=user)
    return list(sent.select_for_update().order_by("pk"))


def withdraw_locked(
    sent: Sequence[Invitation], *, actor: User, reason: str
) -> Sequence[Invitation]:
    """Withdraw invitations the caller has locked, without asking for permission."""
    return [_withdraw(item, actor=actor, reason=reason) for item in sent]


def _withdraw(invitation: Invitation, *, actor: User | None, reason: str) -> Invitation:
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    record("invitation.withdrawn", invitation, actor=actor, reason=reason)
    return invitation


@transaction.atomic
def accept(invitation: Invitation, *, name: str, password: str) -> User:
    """Open the account that was offered, with its roles and its team.

    The address counts as verified: whoever holds the link was given it for this
    address. The inviter learns of it. Raises TransitionError when the invitation was
    used, withdrawn or has expired, DomainError when the address got an account since.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    closed = queries.why_closed(invitation)
    if closed:
        raise TransitionError(closed)
    user = _open_account(invitation, name, password)
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    announce(
        key=f"invitation-{invitation.pk}-accepted",
        to=[invitation.invited_by],
        subject=f"{user.name} accepted your invitation",
        link=f"/people/{user.pk}/",
    )
    record(
        "account.opened",
        user,
        actor=user,
        invited_by=invitation.invited_by,
        roles=invitation.roles,
        team=invitation.team,
    )
    return user


def _open_account(invitation: Invitation, name: str, password: str) -> User:
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, name, password)
    except IntegrityError as error:
        message = "This e-mail address already has an account. Sign in instead."
        raise DomainError(message) from error
    EmailAddress.objects.create(
        user=user, email=user.email, primary=True, verified=True
    )
    offered = set(invitation.roles) & set(OFFERED)
    user.groups.set(Group.objects.filter(name__in=offered))
    if invitation.team:
        TeamMembership.objects.create(team=invitation.team, user=user)
    return user
