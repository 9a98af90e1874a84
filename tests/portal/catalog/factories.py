"""Rows of the inventory, with sensible defaults."""

import itertools
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portal.catalog.models import RefreshRequest, Resource, Service
from tests.factories import make_team

_numbers = itertools.count(500_000_000)
FACTS = {
    "size_slug": "s-2vcpu-4gb",
    "vcpus": 2,
    "memory_mib": 4096,
    "disk_gib": 80,
    "image": "Ubuntu 24.04 (LTS) x64",
    "public_ip": "203.0.113.77",
    "private_ip": "10.132.0.77",
    "created_at": "2026-03-02T09:14:05Z",
    "locked": False,
    "autoscale_pool": "",
}


def make_resource(name: str = "web-77", **fields: Any) -> Resource:
    number = next(_numbers)
    return Resource.objects.create(
        **{
            "urn": f"do:droplet:{number}",
            "provider_id": str(number),
            "name": name,
            "region": "fra1",
            "status": "active",
            "tags": ["prod", "web"],
            "facts": FACTS,
            "monthly_usd": Decimal(24),
            "seen_at": timezone.now(),
            **fields,
        }
    )


def make_service(name: str = "Shop", **fields: Any) -> Service:
    number = next(_numbers)
    defaults = {"slug": f"service-{number}", "tier": "backend", "team": make_team()}
    return Service.objects.create(name=name, **{**defaults, **fields})


def make_refresh(**fields: Any) -> RefreshRequest:
    return RefreshRequest.objects.create(**{"kind": "account", **fields})
