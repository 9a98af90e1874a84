"""The request: what somebody wants changed, and how far it has come."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from portal.accounts.models import Person, User

DECIDED = """
    IF NEW.state IN ('approved', 'running') AND OLD.state <> NEW.state
       AND OLD.state IN ('planning', 'pending', 'stale', 'approved', 'draft') THEN
        IF (SELECT count(DISTINCT decision.person_id)
            FROM changes_changedecision AS decision
            JOIN changes_changeplan AS plan ON plan.id = NEW.current_plan_id
            WHERE decision.request_id = NEW.id
              AND decision.verdict = 'approve' AND decision.voided_at IS NULL
              AND decision.plan_hash = plan.plan_hash
              AND decision.person_id <> NEW.requester_person_id
           ) < greatest(NEW.approvals_required, 1) THEN
            RAISE EXCEPTION 'change % has no quorum for its plan', NEW.id
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
"""


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    """Named sets of requests."""

    def open(self) -> ChangeRequestQuerySet:
        return self.exclude(state__in=ChangeRequest.TERMINAL)

    def undecided_by(self, user: User) -> ChangeRequestQuerySet:
        """Pending requests this account's person could still decide: not their own,
        and not decided by them for the current plan."""
        return (
            self.filter(state=ChangeRequest.State.PENDING)
            .exclude(requester_person=user.person_id)
            .exclude(
                decisions__person=user.person_id,
                decisions__voided_at=None,
                decisions__plan_hash=models.F("current_plan__plan_hash"),
            )
        )


class ChangeRequest(models.Model):
    """One change to production that somebody asked for.

    ``params`` are the typed parameters of the ``kind``, frozen per ``version``; the
    plan made from them is ``current_plan``. ``state`` is written by the transition
    function alone, and the database refuses to approve or run a request whose plan
    lacks the required number of decisions by other persons.
    """

    class Type(models.TextChoices):
        STANDARD = "standard", "Standard"
        NORMAL = "normal", "Normal"
        EMERGENCY = "emergency", "Emergency"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PLANNING = "planning", "Being planned"
        PLAN_FAILED = "plan_failed", "Cannot be planned"
        PENDING = "pending", "Waiting for approval"
        APPROVED = "approved", "Approved"
        STALE = "stale", "Out of date"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        CANCELLING = "cancelling", "Being cancelled"
        COMPENSATING = "compensating", "Going back"
        VERIFYING = "verifying", "Being verified"
        NEEDS_ATTENTION = "needs_attention", "Needs attention"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        ROLLED_BACK = "rolled_back", "Rolled back"
        CANCELLED = "cancelled", "Cancelled"
        REJECTED = "rejected", "Rejected"
        EXPIRED = "expired", "Expired"
        WITHDRAWN = "withdrawn", "Withdrawn"

    TERMINAL: ClassVar = frozenset(
        {
            State.SUCCEEDED,
            State.FAILED,
            State.ROLLED_BACK,
            State.CANCELLED,
            State.REJECTED,
            State.EXPIRED,
            State.WITHDRAWN,
        }
    )
    EXECUTING: ClassVar = frozenset(
        {
            State.RUNNING,
            State.PAUSED,
            State.CANCELLING,
            State.COMPENSATING,
            State.VERIFYING,
            State.NEEDS_ATTENTION,
        }
    )
    MOVES: ClassVar = {
        State.DRAFT: {State.PLANNING, State.WITHDRAWN},
        State.PLANNING: {
            State.PENDING,
            State.PLAN_FAILED,
            State.SUCCEEDED,
            State.WITHDRAWN,
        },
        State.PLAN_FAILED: {State.PLANNING, State.WITHDRAWN},
        State.PENDING: {
            State.DRAFT,
            State.PLANNING,
            State.APPROVED,
            State.REJECTED,
            State.WITHDRAWN,
            State.EXPIRED,
            State.STALE,
        },
        State.APPROVED: {
            State.PENDING,
            State.REJECTED,
            State.WITHDRAWN,
            State.EXPIRED,
            State.STALE,
            State.RUNNING,
            State.FAILED,
            State.SUCCEEDED,
            State.NEEDS_ATTENTION,
        },
        State.STALE: {State.PLANNING, State.WITHDRAWN, State.EXPIRED},
        State.RUNNING: {
            State.PAUSED,
            State.CANCELLING,
            State.VERIFYING,
            State.FAILED,
            State.COMPENSATING,
            State.NEEDS_ATTENTION,
        },
        State.PAUSED: {State.RUNNING, State.CANCELLING},
        State.CANCELLING: {State.CANCELLED, State.COMPENSATING, State.RUNNING},
        State.VERIFYING: {
            State.SUCCEEDED,
            State.COMPENSATING,
            State.FAILED,
            State.NEEDS_ATTENTION,
        },
        State.COMPENSATING: {State.ROLLED_BACK, State.NEEDS_ATTENTION},
        State.NEEDS_ATTENTION: {
            State.RUNNING,
            State.COMPENSATING,
            State.FAILED,
            State.SUCCEEDED,
        },
    }

    TONES: ClassVar = {
        State.PLANNING: "info",
        State.PLAN_FAILED: "bad",
        State.PENDING: "warn",
        State.APPROVED: "info",
        State.STALE: "warn",
        State.RUNNING: "info",
        State.PAUSED: "warn",
        State.CANCELLING: "warn",
        State.COMPENSATING: "warn",
        State.VERIFYING: "info",
        State.NEEDS_ATTENTION: "bad",
        State.SUCCEEDED: "ok",
        State.FAILED: "bad",
        State.ROLLED_BACK: "warn",
    }

    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    type = models.CharField(max_length=10, choices=Type, default=Type.NORMAL)
    title = models.CharField(max_length=200)
    reason = models.TextField(max_length=2000)
    params = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=16, choices=State, default=State.PLANNING)
    state_note = models.CharField(max_length=400, blank=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requester_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+"
    )
    excluded_persons = models.ManyToManyField(Person, blank=True, related_name="+")
    approvals_required = models.PositiveSmallIntegerField(default=1)
    policy_snapshot = models.JSONField(default=list)
    current_plan = models.ForeignKey(
        "ChangePlan",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    risk = models.PositiveSmallIntegerField(default=0)
    noop = models.BooleanField(default=False)
    requested_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    approved_until = models.DateTimeField(null=True, blank=True)
    work_after = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("request_change", "Can ask for changes"),
            ("decide_change", "Can decide change requests"),
        ]
        constraints = [
            models.CheckConstraint(
                name="changerequest_pending_has_plan",
                condition=~Q(state__in=["pending", "approved", "running"])
                | Q(current_plan__isnull=False),
            ),
            models.CheckConstraint(
                name="changerequest_needs_a_decision",
                condition=Q(approvals_required__gte=1),
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "work_after"],
                name="change_due",
                condition=Q(state__in=["planning", "approved", "pending"]),
            ),
            models.Index(fields=["state", "-id"], name="change_by_state"),
            models.Index(fields=["requester_person", "-id"], name="change_by_person"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="change_decided",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=DECIDED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("changes:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """How people name it: ``CHG-41``."""
        return f"CHG-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state not in self.TERMINAL

    @property
    def is_executing(self) -> bool:
        return self.state in self.EXECUTING

    @property
    def tone(self) -> str:
        """The colour family of the state, the same everywhere."""
        return self.TONES.get(self.State(self.state), "neutral")

    def can_move_to(self, state: str) -> bool:
        return state in self.MOVES.get(self.State(self.state), set())


class ChangeHold(models.Model):
    """One reason why an approved request does not start yet, from ``since`` until it
    is lifted. A request with an open hold is not dispatched."""

    class Reason(models.TextChoices):
        FREEZE = "freeze", "A freeze is in force"
        INCIDENT = "incident", "An incident is open"
        CLAIM = "claim", "Another change has the resource"
        WINDOW = "window", "Outside every maintenance window"
        PROVIDER = "provider", "The provider does not answer"
        MANUAL = "manual", "Held by a person"

    request = models.ForeignKey(
        ChangeRequest, on_delete=models.CASCADE, related_name="holds"
    )
    reason = models.CharField(max_length=12, choices=Reason)
    detail = models.CharField(max_length=300)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "reason"],
                condition=Q(lifted_at__isnull=True),
                name="changehold_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.request.number} held: {self.detail}"
