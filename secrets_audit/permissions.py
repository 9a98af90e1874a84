"""Who may see and keep which credentials."""

from portal.accounts.models import Team, User


def can_view(user: User) -> bool:
    """Engineers, auditors and administrators know which credentials there are."""
    return user.can("secrets_audit.view_credential")


def can_keep_any(user: User) -> bool:
    return user.can("secrets_audit.keep_any_credential")


def can_keep(user: User, team: Team) -> bool:
    """An engineer or lead of the owner team, or an administrator."""
    if not can_view(user):
        return False
    own = user.can("secrets_audit.keep_credential") and user.belongs_to(team)
    return own or user.leads(team) or can_keep_any(user)
