"""From the provider's account to rows of the inventory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q

from portal.catalog.models import Resource, Size
from portal.digitalocean.errors import GoneError, RefusedError
from portal.digitalocean.provider import Provider
from portal.digitalocean.records import Droplet
from portal.digitalocean.records import Size as SizeRecord

DROPLET = "droplet"
DROPLET_URN = "do:droplet:"
WRITTEN = (
    "name",
    "region",
    "status",
    "tags",
    "facts",
    "monthly_usd",
    "seen_at",
    "vanished_at",
)
PRICED = (
    "description",
    "vcpus",
    "memory_mib",
    "disk_gib",
    "monthly_usd",
    "regions",
    "available",
    "seen_at",
)

# A tag given to a resource makes it part of the services that name the tag.
LINK = """
    INSERT INTO catalog_resource_services (resource_id, service_id)
    SELECT resource.id, service.id
    FROM catalog_resource AS resource
    JOIN catalog_service AS service
      ON service.tag <> '' AND resource.tags ? service.tag
    WHERE resource.vanished_at IS NULL
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Found:
    """What one reading saw. ``is_everything`` means that a droplet it did not see
    is gone; ``gone`` names resources that are gone in any case."""

    droplets: list[tuple[Droplet, str]]
    sizes: list[SizeRecord]
    gone: list[str]
    is_everything: bool


def account(provider: Provider) -> Found:
    """Read sizes, droplets and the autoscale pools they belong to."""
    sizes = provider.sizes()
    droplets = provider.droplets()
    pools = {
        member: pool.name
        for pool in provider.pools()
        for member in provider.pool_members(pool.id)
    }
    pairs = [(droplet, pools.get(droplet.id, "")) for droplet in droplets]
    return Found(pairs, sizes, gone=[], is_everything=True)


def resource(provider: Provider, urn: str) -> Found:
    """Read one resource. Raises RefusedError for a kind that cannot be read."""
    number = urn.removeprefix(DROPLET_URN)
    if number == urn or not number.isdecimal():
        raise RefusedError("This kind of resource cannot be read one by one.")
    try:
        droplet = provider.droplet(int(number))
    except GoneError:
        return Found([], [], gone=[urn], is_everything=False)
    known = Resource.objects.filter(urn=urn).values_list("facts", flat=True).first()
    pool = str((known or {}).get("autoscale_pool", ""))
    return Found([(droplet, pool)], [], gone=[], is_everything=False)


def store(found: Found, read_at: datetime) -> None:
    """Write what was seen, unless a later reading was written already.

    Call it in a transaction; it locks the rows it changes, in order of their URN.
    """
    fresh = {droplet.urn: (droplet, pool) for droplet, pool in found.droplets}
    rows = {
        row.urn: row
        for row in Resource.objects.select_for_update(no_key=True)
        .filter(_touched(found, fresh))
        .order_by("urn")
    }
    changed = []
    for urn, row in rows.items():
        if row.seen_at is not None and row.seen_at >= read_at:
            continue
        if urn in fresh:
            _describe(row, *fresh[urn], read_at)
        else:
            row.vanished_at = row.vanished_at or read_at
        changed.append(row)
    Resource.objects.bulk_update(changed, WRITTEN, batch_size=500)
    new = [
        _describe(Resource(urn=urn), *fresh[urn], read_at)
        for urn in fresh - rows.keys()
    ]
    Resource.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute(LINK)
    _store_sizes(found.sizes, read_at)


def _touched(found: Found, fresh: Iterable[str]) -> Q:
    named = Q(urn__in=[*fresh, *found.gone])
    if found.is_everything:
        return named | Q(kind=DROPLET, vanished_at=None)
    return named


def _describe(
    row: Resource, droplet: Droplet, pool: str, read_at: datetime
) -> Resource:
    row.kind = DROPLET
    row.provider_id = str(droplet.id)
    row.name = droplet.name
    row.region = droplet.region
    row.status = droplet.status
    row.tags = list(droplet.tags)
    row.facts = _facts(droplet, pool)
    row.monthly_usd = droplet.monthly_usd
    row.seen_at = read_at
    row.vanished_at = None
    return row


def _facts(droplet: Droplet, pool: str) -> dict[str, Any]:
    facts = droplet.projection()
    for column in ("id", "name", "region", "status", "tags", "monthly_usd"):
        del facts[column]
    return {**facts, "autoscale_pool": pool}


def _store_sizes(records: list[SizeRecord], read_at: datetime) -> None:
    """Replace the price list; a size the provider no longer names is unavailable."""
    if not records:
        return
    Size.objects.bulk_create(
        [_size(record, read_at) for record in records],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=PRICED,
    )
    Size.objects.filter(seen_at__lt=read_at, available=True).update(available=False)


def _size(record: SizeRecord, read_at: datetime) -> Size:
    return Size(
        slug=record.slug,
        description=record.description,
        vcpus=record.vcpus,
        memory_mib=record.memory_mib,
        disk_gib=record.disk_gib,
        monthly_usd=record.monthly_usd.quantize(Decimal("0.01")),
        regions=list(record.regions),
        available=record.available,
        seen_at=read_at,
    )
