"""What the portal reads from the provider, as plain frozen values.

Every record is built from the provider's JSON by `read`, which takes the fields it
knows and ignores the rest. Sizes are in MiB and GiB, money in US dollars per month.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Self

Document = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """The account a token belongs to."""

    uuid: str
    email: str
    status: str
    team: str
    droplet_limit: int

    @classmethod
    def read(cls, document: Document) -> Self:
        return cls(
            uuid=document["uuid"],
            email=document["email"],
            status=document["status"],
            team=(document.get("team") or {}).get("name", ""),
            droplet_limit=document["droplet_limit"],
        )


@dataclass(frozen=True)
class Size:
    """A plan a droplet can have, with its price of the moment."""

    slug: str
    description: str
    vcpus: int
    memory_mib: int
    disk_gib: int
    transfer_tib: float
    monthly_usd: Decimal
    regions: tuple[str, ...]
    available: bool

    @classmethod
    def read(cls, document: Document) -> Self:
        return cls(
            slug=document["slug"],
            description=document.get("description", ""),
            vcpus=document["vcpus"],
            memory_mib=document["memory"],
            disk_gib=document["disk"],
            transfer_tib=document.get("transfer", 0.0),
            monthly_usd=Decimal(str(document["price_monthly"])),
            regions=tuple(document["regions"]),
            available=document["available"],
        )

    def is_offered_in(self, region: str) -> bool:
        return self.available and region in self.regions


@dataclass(frozen=True)
class Region:
    """A data centre region."""

    slug: str
    name: str
    available: bool

    @classmethod
    def read(cls, document: Document) -> Self:
        return cls(document["slug"], document["name"], document["available"])


@dataclass(frozen=True)
class Droplet:
    """A virtual machine as the provider describes it now."""

    id: int
    name: str
    status: str
    locked: bool
    size_slug: str
    vcpus: int
    memory_mib: int
    disk_gib: int
    region: str
    image: str
    tags: tuple[str, ...]
    created_at: str
    public_ip: str
    private_ip: str
    monthly_usd: Decimal | None

    @classmethod
    def read(cls, document: Document) -> Self:
        price = (document.get("size") or {}).get("price_monthly")
        return cls(
            id=document["id"],
            name=document["name"],
            status=document["status"],
            locked=document["locked"],
            size_slug=document["size_slug"],
            vcpus=document["vcpus"],
            memory_mib=document["memory"],
            disk_gib=document["disk"],
            region=document["region"]["slug"],
            image=_image_name(document["image"]),
            tags=tuple(document["tags"]),
            created_at=document["created_at"],
            public_ip=_address(document, "public"),
            private_ip=_address(document, "private"),
            monthly_usd=None if price is None else Decimal(str(price)),
        )

    @property
    def urn(self) -> str:
        return f"do:droplet:{self.id}"

    def projection(self) -> Document:
        """The facts worth keeping, as JSON: what a plan may depend on and no more."""
        facts = asdict(self)
        facts["tags"] = list(self.tags)
        facts["monthly_usd"] = (
            None if self.monthly_usd is None else str(self.monthly_usd)
        )
        return facts


@dataclass(frozen=True)
class Action:
    """One action of the provider on a resource: in-progress, completed or errored."""

    id: int
    type: str
    status: str
    started_at: str
    completed_at: str
    resource_id: int | None

    @classmethod
    def read(cls, document: Document) -> Self:
        return cls(
            id=document["id"],
            type=document["type"],
            status=document["status"],
            started_at=document["started_at"],
            completed_at=document.get("completed_at") or "",
            resource_id=document.get("resource_id"),
        )

    @property
    def is_running(self) -> bool:
        return self.status == "in-progress"


@dataclass(frozen=True)
class MetricSeries:
    """One line of a metric: its labels and (unix seconds, value) points in order."""

    labels: dict[str, str]
    points: tuple[tuple[int, float], ...]

    @classmethod
    def read(cls, document: Document) -> Self:
        points = tuple((int(at), float(value)) for at, value in document["values"])
        return cls(labels=dict(document["metric"]), points=points)


@dataclass(frozen=True)
class Pool:
    """An autoscale pool: the provider adds and removes its droplets by itself."""

    id: str
    name: str
    status: str
    size_slug: str
    region: str

    @classmethod
    def read(cls, document: Document) -> Self:
        template = document["droplet_template"]
        return cls(
            id=document["id"],
            name=document["name"],
            status=document["status"],
            size_slug=template["size"],
            region=template["region"],
        )


def _image_name(image: Document) -> str:
    return " ".join(filter(None, [image.get("distribution"), image.get("name")]))


def _address(document: Document, kind: str) -> str:
    for network in document.get("networks", {}).get("v4", []):
        if network["type"] == kind:
            return str(network["ip_address"])
    return ""
