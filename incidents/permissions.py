"""Who may do what with an incident. The right is the role's, not the team's: in an
outage whoever sees it first answers."""

from portal.accounts.models import User


def can_view(user: User) -> bool:
    return user.can("incidents.view_incident")


def can_declare(user: User) -> bool:
    return user.can("incidents.declare_incident")


def can_respond(user: User) -> bool:
    """Acknowledge, write updates, lead, resolve and reopen."""
    return user.can("incidents.respond_incident")
