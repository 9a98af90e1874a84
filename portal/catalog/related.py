"""What else belongs to a resource or a service; features register it when ready."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import User
from portal.catalog.models import Resource, Service


@dataclass(frozen=True)
class Item:
    """One related thing: a link, a few words, a state with its tone, a moment."""

    title: str
    url: str
    detail: str = ""
    status: str = ""
    tone: str = "neutral"
    at: datetime | None = None


@dataclass(frozen=True)
class Related:
    """One kind of related thing of a resource. ``find`` returns at most ten items,
    newest first, in one query; ``permission`` hides the group from those without."""

    label: str
    find: Callable[[Resource], Sequence[Item]]
    order: int = 100
    permission: str | None = None


@dataclass(frozen=True)
class RelatedToService:
    """The same for a service."""

    label: str
    find: Callable[[Service], Sequence[Item]]
    order: int = 100
    permission: str | None = None


@dataclass(frozen=True)
class Group:
    """The items of one kind on one page."""

    label: str
    items: Sequence[Item]


_of_resources: dict[str, Related] = {}
_of_services: dict[str, RelatedToService] = {}


def register(related: Related | RelatedToService) -> None:
    """Add a kind of related thing; the same ``label`` again replaces it."""
    if isinstance(related, Related):
        _of_resources[related.label] = related
    else:
        _of_services[related.label] = related


def of_resource(resource: Resource, user: User) -> list[Group]:
    """What this person may see beside a resource, groups in order."""
    return [
        Group(related.label, related.find(resource))
        for related in sorted(_of_resources.values(), key=_place)
        if related.permission is None or user.can(related.permission)
    ]


def of_service(service: Service, user: User) -> list[Group]:
    """What this person may see beside a service, groups in order."""
    return [
        Group(related.label, related.find(service))
        for related in sorted(_of_services.values(), key=_place)
        if related.permission is None or user.can(related.permission)
    ]


def _place(related: Related | RelatedToService) -> tuple[int, str]:
    return related.order, related.label
