"""Who may do what with a duty."""

from maintenance.models import Occurrence
from portal.accounts.models import User


def can_view(user: User) -> bool:
    """Everybody with a role reads every team's calendar."""
    return user.can("maintenance.view_occurrence")


def can_complete(user: User, occurrence: Occurrence) -> bool:
    """An engineer, leads included, completes the duties of the own teams only."""
    return user.can("maintenance.complete_occurrence") and user.belongs_to(
        occurrence.team
    )
