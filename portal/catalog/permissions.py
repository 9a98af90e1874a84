"""Who may look at the inventory, and who may have it read again."""

from portal.accounts.models import User


def can_read(user: User) -> bool:
    return user.can("catalog.view_resource")


def can_refresh(user: User) -> bool:
    return user.can("catalog.add_refreshrequest")
