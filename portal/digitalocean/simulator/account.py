"""The account a fresh simulator starts with: a small shop in two regions."""

import zlib

from portal.digitalocean.simulator.http import Document
from portal.digitalocean.simulator.prices import PLANS

ACCOUNT: Document = {
    "droplet_limit": 25,
    "floating_ip_limit": 5,
    "email": "operations@lindenhof.example",
    "name": "Lindenhof Operations",
    "uuid": "b6fdd3a1-1f2c-4d7e-9d0b-5d6c1a3e8f40",
    "email_verified": True,
    "status": "active",
    "status_message": "",
    "team": {"uuid": "0f7c2b9e-64aa-4b2f-8a53-1f0c7e9d2a11", "name": "Lindenhof"},
}
VPCS = {
    "fra1": "5a4981aa-9653-4bd1-bef5-d6bff52042e4",
    "nyc3": "7c1d0b52-20a4-4f0e-9a8e-3b1f6c2d9e77",
}
POOL_ID = "0d3db13e-a604-4944-9827-7ec2642d32ac"

# Name, region, plan, tags, and the cores its work would use if it had them.
FLEET: tuple[tuple[str, str, str, tuple[str, ...], float], ...] = (
    ("web-01", "fra1", "s-2vcpu-4gb", ("prod", "web"), 1.5),
    ("web-02", "fra1", "s-2vcpu-4gb", ("prod", "web"), 1.4),
    ("web-03", "nyc3", "s-2vcpu-4gb", ("prod", "web"), 0.9),
    ("api-01", "fra1", "s-4vcpu-8gb", ("prod", "api"), 2.1),
    ("api-02", "nyc3", "s-4vcpu-8gb", ("prod", "api"), 1.6),
    ("worker-01", "fra1", "g-2vcpu-8gb", ("prod", "worker"), 1.8),
    ("cache-01", "fra1", "s-1vcpu-2gb", ("prod", "cache"), 0.3),
    ("bastion-fra1", "fra1", "s-1vcpu-1gb", ("prod", "bastion"), 0.05),
    ("jobs-pool-a41c", "nyc3", "c-2", ("prod", "jobs"), 0.8),
    ("jobs-pool-b7e2", "nyc3", "c-2", ("prod", "jobs"), 0.7),
)
FIRST_ID = 386734086
BORN = "2026-03-02T09:14:05Z"


def droplets() -> dict[int, Document]:
    """The seed's droplets as the simulator stores them, by id."""
    return {
        FIRST_ID + 4 * place: _droplet(place, *row) for place, row in enumerate(FLEET)
    }


def _droplet(
    place: int, name: str, region: str, size: str, tags: tuple[str, ...], demand: float
) -> Document:
    plan = PLANS[size]
    return {
        "id": FIRST_ID + 4 * place,
        "name": name,
        "region": region,
        "size_slug": size,
        "memory": plan.memory,
        "vcpus": plan.vcpus,
        "disk": plan.disk,
        "status": "active",
        "tags": list(tags),
        "created_at": BORN,
        "place": place,
        "demand": demand,
        "phase": zlib.crc32(name.encode()) % 86400,
        "pool": POOL_ID if "jobs" in tags else "",
        "history": [],
    }


def image(region: str) -> Document:
    return {
        "id": 136811815,
        "name": "24.04 (LTS) x64",
        "distribution": "Ubuntu",
        "slug": "ubuntu-24-04-x64",
        "public": True,
        "regions": [region],
        "created_at": "2026-01-10T00:00:00Z",
        "min_disk_size": 7,
        "type": "base",
        "size_gigabytes": 2.36,
        "tags": [],
        "status": "available",
    }


def networks(place: int) -> Document:
    """Documentation addresses (RFC 5737) outside, a private network inside."""
    return {
        "v4": [
            {
                "ip_address": f"10.132.0.{5 + place}",
                "netmask": "255.255.0.0",
                "gateway": "10.132.0.1",
                "type": "private",
            },
            {
                "ip_address": f"203.0.113.{10 + place}",
                "netmask": "255.255.255.0",
                "gateway": "203.0.113.1",
                "type": "public",
            },
        ],
        "v6": [],
    }
