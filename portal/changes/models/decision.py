"""The decision: one person's verdict on one exact plan."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portal.accounts.models import Person
from portal.changes.models.plan import ChangePlan
from portal.changes.models.request import ChangeRequest

ONLY_VOIDING = """
    IF OLD.voided_at IS NOT NULL
       OR to_jsonb(NEW) - 'voided_at' - 'void_reason'
          <> to_jsonb(OLD) - 'voided_at' - 'void_reason' THEN
        RAISE EXCEPTION 'a decision can only be voided, and only once';
    END IF;
    RETURN NEW;
"""

VOIDED = {
    "deactivated": "the account was deactivated",
    "drift": "the live state moved",
    "edited": "it was planned again",
    "not eligible": "no longer an approver",
}


class ChangeDecision(models.Model):
    """One person approved or rejected the plan with this hash.

    Append-only: a decision may only be voided, once, with a reason. One person has
    one standing decision per plan, however many accounts they own, and the database
    refuses a decision by the requester.
    """

    class Verdict(models.TextChoices):
        APPROVE = "approve", "Approved"
        REJECT = "reject", "Rejected"

    request = models.ForeignKey(
        ChangeRequest, on_delete=models.PROTECT, related_name="decisions"
    )
    plan = models.ForeignKey(ChangePlan, on_delete=models.PROTECT, related_name="+")
    plan_hash = models.CharField(max_length=64)
    requester_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=8, choices=Verdict)
    comment = models.TextField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(db_default=Now())
    factor_age_seconds = models.PositiveSmallIntegerField()
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "plan_hash", "person"],
                condition=Q(voided_at__isnull=True),
                name="changedecision_one_per_person",
            ),
            models.CheckConstraint(
                name="changedecision_not_by_requester",
                condition=~Q(person=F("requester_person")),
            ),
            models.CheckConstraint(
                name="changedecision_reject_has_comment",
                condition=~Q(verdict="reject") | ~Q(comment=""),
            ),
            models.CheckConstraint(
                name="changedecision_fresh_factor",
                condition=Q(factor_age_seconds__lte=300),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="decision_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="decision_only_voided",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=ONLY_VOIDING,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.get_verdict_display().lower()}"

    @property
    def void_words(self) -> str:
        """Why it no longer counts, for a page."""
        return VOIDED.get(self.void_reason, self.void_reason)
