"""Resources and services in the portal's search."""

from portal.accounts.models import User
from portal.catalog import permissions
from portal.catalog.models import Resource, Service
from portal.web.search import Hit

MOST = 10


def resources(user: User, text: str) -> list[Hit]:
    """Resources of the account by name, number or address."""
    if not permissions.can_read(user):
        return []
    found = Resource.objects.present().matching(text).order_by("name")[:MOST]
    return [
        Hit(row.name, row.get_absolute_url(), f"{row.kind} in {row.region}")
        for row in found
    ]


def services(user: User, text: str) -> list[Hit]:
    """Services by name."""
    if not permissions.can_read(user):
        return []
    found = Service.objects.filter(name__icontains=text).order_by("name")[:MOST]
    return [Hit(row.name, row.get_absolute_url(), row.summary) for row in found]
