"""The rows of the change engine."""

from portal.changes.models.decision import ChangeDecision
from portal.changes.models.execution import (
    ChangeExecution,
    ChangeStep,
    ResourceClaim,
    StepAttempt,
)
from portal.changes.models.plan import ChangePlan
from portal.changes.models.policy import PolicyRule
from portal.changes.models.request import ChangeHold, ChangeRequest

__all__ = [
    "ChangeDecision",
    "ChangeExecution",
    "ChangeHold",
    "ChangePlan",
    "ChangeRequest",
    "ChangeStep",
    "PolicyRule",
    "ResourceClaim",
    "StepAttempt",
]
