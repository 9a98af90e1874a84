"""How fresh the inventory is, and what it can be filtered by."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from portal.catalog.models import RefreshQuerySet, RefreshRequest, Resource

STALE_AFTER = timedelta(minutes=5)

OPTIONS = """
    SELECT ARRAY(SELECT DISTINCT kind FROM catalog_resource ORDER BY 1),
           ARRAY(SELECT DISTINCT region FROM catalog_resource
                 WHERE region <> '' ORDER BY 1),
           ARRAY(SELECT DISTINCT jsonb_array_elements_text(tags)
                 FROM catalog_resource
                 WHERE jsonb_typeof(tags) = 'array' ORDER BY 1 LIMIT 200)
"""


@dataclass(frozen=True)
class Freshness:
    """When what is shown was read, whether somebody is reading, what went wrong.

    ``as_of`` is None before the first reading. ``error`` is the provider's last
    failure since then; ``next_try_at`` is set while the provider asks for patience.
    """

    as_of: datetime | None
    is_reading: bool
    error: str = ""
    failed_at: datetime | None = None
    next_try_at: datetime | None = None

    @property
    def is_stale(self) -> bool:
        return self.as_of is None or timezone.now() - self.as_of > STALE_AFTER


@dataclass(frozen=True)
class Options:
    """The values the inventory can be narrowed to."""

    kinds: list[str]
    regions: list[str]
    tags: list[str]


def freshness_of_account() -> Freshness:
    """Two queries."""
    about = RefreshRequest.objects.filter(kind=RefreshRequest.Kind.ACCOUNT)
    read = about.filter(read_at__isnull=False).order_by("-finished_at").first()
    return _freshness(about, read.read_at if read else None)


def freshness_of(resource: Resource) -> Freshness:
    """One query: the row itself knows when it was seen."""
    about = RefreshRequest.objects.about(resource.urn)
    return _freshness(about, resource.seen_at)


def _freshness(about: RefreshQuerySet, as_of: datetime | None) -> Freshness:
    latest = about.order_by("-pk").first()
    if latest is None:
        return Freshness(as_of, is_reading=False)
    is_open = latest.finished_at is None
    has_failed = bool(latest.error) and (
        is_open or as_of is None or latest.requested_at > as_of
    )
    return Freshness(
        as_of=as_of,
        is_reading=is_open,
        error=latest.error if has_failed else "",
        failed_at=latest.finished_at if has_failed else None,
        next_try_at=latest.due_at if is_open and has_failed else None,
    )


def filter_options() -> Options:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(OPTIONS)
        kinds, regions, tags = cursor.fetchone()
    return Options(kinds, regions, tags)
