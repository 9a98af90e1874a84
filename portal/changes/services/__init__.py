"""The verbs of people: ask, decide, withdraw, plan again, resume."""

from portal.changes.services.decisions import (
    StalePlanError,
    approve,
    insist_on_right,
    reject,
    void_decisions_of,
)
from portal.changes.services.rescue import resume
from portal.changes.services.rules import adopt_first_policy
from portal.changes.services.submission import plan_again, submit, withdraw

__all__ = [
    "StalePlanError",
    "adopt_first_policy",
    "approve",
    "insist_on_right",
    "plan_again",
    "reject",
    "resume",
    "submit",
    "void_decisions_of",
    "withdraw",
]
