"""Incidents, what was promised about them, and what came of the promises."""

from incidents.models.clocks import Breach, Clock
from incidents.models.incidents import Incident
from incidents.models.policies import Severity, SeverityPolicy
from incidents.models.timeline import TimelineEntry

__all__ = [
    "Breach",
    "Clock",
    "Incident",
    "Severity",
    "SeverityPolicy",
    "TimelineEntry",
]
