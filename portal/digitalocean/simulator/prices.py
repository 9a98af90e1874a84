"""The simulated price list and regions."""

from dataclasses import dataclass

from portal.digitalocean.simulator.http import Document

REGIONS = {
    "fra1": "Frankfurt 1",
    "nyc3": "New York 3",
    "ams3": "Amsterdam 3",
    "sfo3": "San Francisco 3",
}
EVERYWHERE = ("ams3", "fra1", "nyc3", "sfo3")
HOURS_OF_A_MONTH = 672


@dataclass(frozen=True)
class Plan:
    """A droplet size: memory in MiB, disk in GiB, USD per month."""

    slug: str
    vcpus: int
    memory: int
    disk: int
    transfer: float
    monthly: float
    description: str
    regions: tuple[str, ...] = EVERYWHERE
    available: bool = True

    def document(self) -> Document:
        return {
            "slug": self.slug,
            "memory": self.memory,
            "vcpus": self.vcpus,
            "disk": self.disk,
            "transfer": self.transfer,
            "price_monthly": self.monthly,
            "price_hourly": round(self.monthly / HOURS_OF_A_MONTH, 5),
            "regions": list(self.regions),
            "available": self.available,
            "description": self.description,
            "disk_info": [
                {"type": "local", "size": {"amount": self.disk, "unit": "gib"}}
            ],
        }


PLANS = {
    plan.slug: plan
    for plan in (
        Plan("s-1vcpu-1gb", 1, 1024, 25, 1.0, 6.0, "Basic"),
        Plan("s-1vcpu-2gb", 1, 2048, 50, 2.0, 12.0, "Basic"),
        Plan("s-2vcpu-2gb", 2, 2048, 60, 3.0, 18.0, "Basic"),
        Plan("s-2vcpu-4gb", 2, 4096, 80, 4.0, 24.0, "Basic"),
        Plan("s-4vcpu-8gb", 4, 8192, 160, 5.0, 48.0, "Basic"),
        Plan("s-8vcpu-16gb", 8, 16384, 320, 6.0, 96.0, "Basic"),
        Plan("g-2vcpu-8gb", 2, 8192, 25, 4.0, 63.0, "General Purpose"),
        Plan("g-4vcpu-16gb", 4, 16384, 50, 5.0, 126.0, "General Purpose"),
        Plan("gd-4vcpu-16gb", 4, 16384, 100, 5.0, 136.0, "General Purpose 2x SSD"),
        Plan("c-2", 2, 4096, 25, 4.0, 42.0, "CPU-Optimized"),
        Plan("c-4", 4, 8192, 50, 5.0, 84.0, "CPU-Optimized", ("ams3", "nyc3")),
        Plan("m-2vcpu-16gb", 2, 16384, 50, 4.0, 84.0, "Memory-Optimized"),
        Plan("m-4vcpu-32gb", 4, 32768, 100, 6.0, 168.0, "Memory-Optimized", ("nyc3",)),
        Plan("s-8vcpu-32gb", 8, 32768, 640, 7.0, 192.0, "Basic", available=False),
    )
}


def region_document(slug: str) -> Document:
    return {
        "name": REGIONS[slug],
        "slug": slug,
        "features": ["backups", "ipv6", "metadata", "storage"],
        "available": True,
        "sizes": [plan.slug for plan in PLANS.values() if slug in plan.regions],
    }
