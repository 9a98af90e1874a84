"""Incidents over HTTP: the list, the declaration, one incident and its changes."""

from incidents.views.changes import (
    acknowledgement,
    lead,
    reopening,
    resolution,
    updates,
)
from incidents.views.detail import detail, timeline
from incidents.views.listing import declaration, incident_list

__all__ = [
    "acknowledgement",
    "declaration",
    "detail",
    "incident_list",
    "lead",
    "reopening",
    "resolution",
    "timeline",
    "updates",
]
