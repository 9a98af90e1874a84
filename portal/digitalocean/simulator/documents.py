"""The stored account in the provider's JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from portal.digitalocean.simulator import account
from portal.digitalocean.simulator.http import Document, RefusalError, Request
from portal.digitalocean.simulator.prices import PLANS, region_document

DEFAULT_PER_PAGE = 20
MOST_PER_PAGE = 200


def timestamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def droplet(stored: Document, *, locked: bool) -> Document:
    region = stored["region"]
    return {
        "id": stored["id"],
        "name": stored["name"],
        "memory": stored["memory"],
        "vcpus": stored["vcpus"],
        "disk": stored["disk"],
        "locked": locked,
        "status": stored["status"],
        "kernel": None,
        "created_at": stored["created_at"],
        "features": ["monitoring", "droplet_agent", "private_networking"],
        "backup_ids": [],
        "next_backup_window": None,
        "snapshot_ids": [],
        "volume_ids": [],
        "image": account.image(region),
        "size": PLANS[stored["size_slug"]].document(),
        "size_slug": stored["size_slug"],
        "networks": account.networks(stored["place"]),
        "region": region_document(region),
        "tags": stored["tags"],
        "vpc_uuid": account.VPCS[region],
    }


def action(stored: Document) -> Document:
    completed = stored["completed"]
    return {
        "id": stored["id"],
        "status": stored["status"],
        "type": stored["type"],
        "started_at": timestamp(stored["started"]),
        "completed_at": None if completed is None else timestamp(completed),
        "resource_id": stored["resource_id"],
        "resource_type": "droplet",
        "region": region_document(stored["region"]),
        "region_slug": stored["region"],
    }


def pool(members: Sequence[Document]) -> Document:
    demand = sum(member["demand"] for member in members)
    cores = sum(member["vcpus"] for member in members) or 1
    return {
        "id": account.POOL_ID,
        "name": "jobs-pool",
        "config": {
            "min_instances": 2,
            "max_instances": 6,
            "target_cpu_utilization": 0.6,
            "cooldown_minutes": 10,
        },
        "droplet_template": {
            "name": "jobs-pool",
            "region": "nyc3",
            "size": "c-2",
            "image": "ubuntu-24-04-x64",
            "ssh_keys": ["3b:16:e4:bf:8b:00:8b:b8:59:8c:a9:d3:f0:19:fa:45"],
            "tags": ["prod", "jobs"],
            "vpc_uuid": account.VPCS["nyc3"],
            "with_droplet_agent": True,
            "ipv6": False,
            "user_data": "#cloud-config\n",
        },
        "current_utilization": {"cpu": round(min(demand / cores, 1.0), 2)},
        "created_at": "2026-05-01T00:00:00Z",
        "updated_at": "2026-05-01T00:00:00Z",
        "status": "active",
        "active_resources_count": len(members),
    }


def pool_member(stored: Document) -> Document:
    is_on = stored["status"] == "active"
    usage = round(min(stored["demand"] / stored["vcpus"], 1.0), 2)
    return {
        "droplet_id": stored["id"],
        "created_at": stored["created_at"],
        "updated_at": stored["created_at"],
        "health_status": "healthy" if is_on else "unhealthy",
        "status": "active" if is_on else "off",
        "current_utilization": {"cpu": usage if is_on else 0.0, "memory": 0.4},
    }


def page(request: Request, key: str, documents: Sequence[Document]) -> Document:
    """One page of a list, with links only when there is more than one."""
    number = _bounded(request, "page", 1, 1_000_000)
    size = _bounded(request, "per_page", DEFAULT_PER_PAGE, MOST_PER_PAGE)
    last = max(1, -(-len(documents) // size))
    start = (number - 1) * size
    return {
        key: list(documents[start : start + size]),
        "links": _links(request, number, last) if last > 1 else {},
        "meta": {"total": len(documents)},
    }


def _links(request: Request, number: int, last: int) -> Document:
    targets: dict[str, int] = {}
    if number > 1:
        targets |= {"first": 1, "prev": number - 1}
    if number < last:
        targets |= {"next": number + 1, "last": last}
    base = f"https://api.digitalocean.com{request.path}?"
    return {
        "pages": {
            name: base + urlencode({**request.query, "page": target})
            for name, target in targets.items()
        }
    }


def _bounded(request: Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise RefusalError(422, f"{name} must be a number.")
    if not 1 <= int(text) <= most:
        raise RefusalError(422, f"{name} must be between 1 and {most}.")
    return int(text)
