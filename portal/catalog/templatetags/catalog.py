"""How a resource is put into words."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime

from portal.catalog.models import Resource

register = template.Library()

TONES = {"active": "ok", "online": "ok", "new": "info", "off": "warn"}
WORDS = {"active": "Active", "off": "Off", "new": "Starting", "archive": "Archived"}
MIB_PER_GIB = 1024


@register.filter
def state(resource: Resource) -> str:
    """What the provider said last, or that the resource is gone."""
    if resource.vanished_at is not None:
        return "Gone"
    return WORDS.get(resource.status, resource.status.capitalize() or "Not read yet")


@register.filter
def tone(resource: Resource) -> str:
    """The tone of that state."""
    if resource.vanished_at is not None:
        return "neutral"
    return TONES.get(resource.status, "neutral")


@register.filter
def memory(mib: Any) -> str:
    """Mebibytes as people say them: "4 GiB", "512 MiB"."""
    if not isinstance(mib, int):
        return ""
    if mib < MIB_PER_GIB:
        return f"{mib} MiB"
    return f"{mib / MIB_PER_GIB:g} GiB"


@register.filter
def moment(text: Any) -> datetime | None:
    """A moment the provider wrote as text (RFC 3339); None when it is not one."""
    try:
        return parse_datetime(str(text))
    except ValueError:
        return None
