"""Arithmetic of response promises: no database, no framework, no clock of its own.

Every function takes the instants it needs and returns UTC instants, so that a
deadline can be recomputed and explained years later from the stored facts alone.
"""

from incidents.sla.calendars import Calendar
from incidents.sla.targets import (
    BusinessDayEnd,
    BusinessSeconds,
    Elapsed,
    Target,
    at_risk,
    deadline,
    explain,
)
from incidents.sla.wording import Reading, answer_by, read, span

__all__ = [
    "BusinessDayEnd",
    "BusinessSeconds",
    "Calendar",
    "Elapsed",
    "Reading",
    "Target",
    "answer_by",
    "at_risk",
    "deadline",
    "explain",
    "read",
    "span",
]
