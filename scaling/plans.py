"""What a droplet is and would be, side by side; pure values."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.changes.plans import Fact
from portal.money import usd


@dataclass(frozen=True)
class Shape:
    """What one pays for: memory in MiB, disk in GiB, price in USD a month."""

    slug: str
    vcpus: int
    memory_mib: int
    disk_gib: int
    monthly_usd: Decimal

    @property
    def memory(self) -> str:
        gib = Decimal(self.memory_mib) / 1024
        return f"{gib.normalize():f} GiB"


def compare(before: Shape, after: Shape, *, grow_disk: bool) -> Sequence[Fact]:
    """The lines of the before → after table, in the order people read them."""
    disk = after.disk_gib if grow_disk else before.disk_gib
    return (
        Fact("Size", before.slug, after.slug),
        Fact("vCPU", str(before.vcpus), str(after.vcpus)),
        Fact("Memory", before.memory, after.memory),
        Fact("Disk", f"{before.disk_gib} GiB", f"{disk} GiB"),
        Fact("Price a month", usd(before.monthly_usd), usd(after.monthly_usd)),
    )


def objection(before: Shape, after: Shape, *, region: str, offered: bool) -> str:
    """Why this resize cannot be asked for; empty when it can.

    The API refuses a size whose disk is smaller than the present one, and a size
    that the region does not offer (POST /v2/droplets/{id}/actions, resize).
    """
    if after.slug == before.slug:
        return f"It already has the size {after.slug}."
    if not offered:
        return f"{after.slug} is not offered in {region} now."
    if after.disk_gib < before.disk_gib:
        return (
            f"{after.slug} has {after.disk_gib} GiB of disk, less than the"
            f" {before.disk_gib} GiB in use: a disk cannot shrink."
        )
    return ""
