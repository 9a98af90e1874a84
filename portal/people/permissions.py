"""Who may see and keep accounts and teams."""

from portal.accounts.models import User
from portal.exceptions import ForbiddenError

SEE = "accounts.view_user"
KEEP = "accounts.manage_people"


def can_see_people(user: User) -> bool:
    return user.can(SEE)


def can_keep_people(user: User) -> bool:
    return user.can(KEEP)


def require_sight(user: User) -> None:
    """Raises ForbiddenError unless the person may see accounts."""
    if not can_see_people(user):
        message = "Accounts are shown to administrators and auditors."
        raise ForbiddenError(message, role="administrator")


def require_keeper(user: User) -> None:
    """Raises ForbiddenError unless the person keeps accounts and teams."""
    if not can_keep_people(user):
        message = "Only an administrator keeps people and teams."
        raise ForbiddenError(message, role="administrator")
