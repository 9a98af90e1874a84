"""Who must agree to what: data, not code."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class PolicyRule(models.Model):
    """One rule: the changes it matches, and the decisions it demands.

    ``match`` is ``{"kinds": [..], "min_risk": 50, "reversible": false}``; an absent
    key matches everything, ``{}`` matches every change. ``require`` is
    ``[{"group": "approver", "n": 1}]``. All matching rules apply and the strictest
    wins; a change that no rule matches can never be approved. ``deny`` forbids what
    it matches.
    """

    name = models.CharField(max_length=80, unique=True)
    version = models.PositiveIntegerField(default=1)
    match = models.JSONField(default=dict, blank=True)
    require = models.JSONField(default=list, blank=True)
    deny = models.BooleanField(default=False)
    veto = models.BooleanField(default=True)
    pending_hours = models.PositiveSmallIntegerField(
        default=72, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )
    approved_hours = models.PositiveSmallIntegerField(
        default=24, validators=[MinValueValidator(1), MaxValueValidator(168)]
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
