"""The promises a new portal starts with (runbook, Severity Classification).

The runbook gives the response column; the other figures are defaults that later
versions of a policy may change. "Immediate" is an answer within five minutes.
"""

from typing import TypedDict


class Promise(TypedDict):
    """The first version of one severity's policy; see SeverityPolicy for the units."""

    severity: str
    meaning: str
    communication: str
    response_mode: str
    response_amount: int
    update_every: int | None
    resolve_mode: str
    resolve_amount: int


MINUTE, HOUR = 60, 3600
FIRST_PROMISES: list[Promise] = [
    {
        "severity": "critical",
        "meaning": "Customers cannot work, or data is at risk.",
        "communication": "All channels",
        "response_mode": "elapsed",
        "response_amount": 5 * MINUTE,
        "update_every": 30 * MINUTE,
        "resolve_mode": "elapsed",
        "resolve_amount": 4 * HOUR,
    },
    {
        "severity": "major",
        "meaning": "Part of the service is down or slow; customers notice.",
        "communication": "Team alerts",
        "response_mode": "elapsed",
        "response_amount": 30 * MINUTE,
        "update_every": HOUR,
        "resolve_mode": "elapsed",
        "resolve_amount": 24 * HOUR,
    },
    {
        "severity": "minor",
        "meaning": "Something is wrong, but nobody is held up.",
        "communication": "Ticket system",
        "response_mode": "business_day_end",
        "response_amount": 1,
        "update_every": None,
        "resolve_mode": "business_seconds",
        "resolve_amount": 40 * HOUR,
    },
]
