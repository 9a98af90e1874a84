"""Accounts: deactivated, reactivated, set up to their owner's liking."""

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.services import record
from portal.changes.services import void_decisions_of
from portal.exceptions import DomainError, TransitionError
from portal.people import permissions
from portal.people.services import invitations, roles


@transaction.atomic
def deactivate(user: User, *, reason: str, actor: User) -> User:
    """Close an account now: its sessions end, its decisions on changes that have not
    started become void, its open invitations are withdrawn. The record keeps it.

    Raises ForbiddenError, TransitionError when it is closed already, DomainError for
    one's own account and for the last active administrator.
    """
    roles.lock_administrators()
    user = User.objects.select_for_update().get(pk=user.pk)
    permissions.require_keeper(actor)
    if user.pk == actor.pk:
        message = "You cannot deactivate your own account."
        raise DomainError(message)
    if not user.is_active:
        message = f"{user.name} is already deactivated."
        raise TransitionError(message)
    if user.has_role(Role.ADMINISTRATOR):
        roles.require_another_administrator(user)
    user.is_active = False
    user.deactivated_at = timezone.now()
    user.save(update_fields=["is_active", "deactivated_at"])
    sessions = end_sessions(user)
    # Every row is locked before the first entry of the log takes the chain's lock.
    sent = invitations.lock_sent_by(user)
    voided = void_decisions_of(user.person, reason="deactivated", actor=actor)
    invitations.withdraw_locked(sent, actor=actor, reason="deactivated")
    record(
        "account.deactivated",
        user,
        actor=actor,
        reason=reason,
        sessions_ended=sessions,
        decisions_voided=voided,
        invitations_withdrawn=len(sent),
    )
    return user


@transaction.atomic
def reactivate(user: User, *, actor: User) -> User:
    """Let a deactivated account sign in again, with the roles and teams it has.

    Decisions that became void stay void. Raises ForbiddenError or TransitionError.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    permissions.require_keeper(actor)
    if user.is_active:
        message = f"{user.name} is active."
        raise TransitionError(message)
    user.is_active = True
    user.deactivated_at = None
    user.save(update_fields=["is_active", "deactivated_at"])
    record("account.reactivated", user, actor=actor)
    return user


def end_sessions(user: User) -> int:
    """Delete the account's sessions wherever they are open; returns how many."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


@transaction.atomic
def set_preferences(
    actor: User, *, theme: str, density: str, time_zone: str, shortcuts: bool
) -> User:
    """Save how the portal looks to the person who asks."""
    wanted = {
        "theme": theme,
        "density": density,
        "time_zone": time_zone,
        "shortcuts": shortcuts,
    }
    user = User.objects.select_for_update().get(pk=actor.pk)
    before = {name: getattr(user, name) for name in wanted}
    for name, value in wanted.items():
        setattr(user, name, value)
    user.save(update_fields=list(wanted))
    changed = {
        name: {"before": before[name], "after": value}
        for name, value in wanted.items()
        if before[name] != value
    }
    if changed:
        record("preferences.changed", user, actor=actor, **changed)
    return user
