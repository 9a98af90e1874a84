"""The plan: immutable, fingerprinted, made from live state."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from portal.changes import plans
from portal.changes.models.request import ChangeRequest


class ChangePlan(models.Model):
    """What one version of a request would do, as read and computed at one moment.

    Never edited: a new reading makes a new row. ``document`` is what the hash covers;
    ``observed_hash`` covers only the live state it was made from.
    """

    request = models.ForeignKey(
        ChangeRequest, on_delete=models.PROTECT, related_name="plans"
    )
    version = models.PositiveIntegerField()
    document = models.JSONField()
    plan_hash = models.CharField(max_length=64)
    observed_hash = models.CharField(max_length=64)
    cost_delta = models.DecimalField(max_digits=12, decimal_places=2)
    reversible = models.BooleanField()
    made_at = models.DateTimeField(db_default=Now())
    valid_until = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "version"], name="changeplan_once_per_version"
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="plan_immutable",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"Plan {self.version} of {self.request.number}"

    @property
    def is_intact(self) -> bool:
        """Whether the document still has the hash that people approved."""
        return plans.fingerprint(self.document) == self.plan_hash

    @property
    def steps(self) -> list[dict[str, Any]]:
        return list(self.document["steps"])

    @property
    def facts(self) -> list[plans.Fact]:
        return [plans.Fact(**fact) for fact in self.document["facts"]]
