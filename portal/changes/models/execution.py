"""The execution: durable steps, at most one open attempt each, fenced by an epoch."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portal.catalog.models import Resource
from portal.changes.models.plan import ChangePlan
from portal.changes.models.request import ChangeRequest


class ChangeExecution(models.Model):
    """One carrying-out of one approved plan.

    A worker owns it while its lease lasts. ``lease_epoch`` grows with every claim and
    fences every later write: a worker that was overtaken writes nothing and sends
    nothing. ``unclean_claims`` counts claims that never ended cleanly; too many in a
    row put the execution aside for a person, and from ``resumed_at`` its deadlines
    and attempts count anew.
    """

    request = models.ForeignKey(
        ChangeRequest, on_delete=models.PROTECT, related_name="executions"
    )
    plan = models.ForeignKey(ChangePlan, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)
    run_after = models.DateTimeField(db_default=Now())
    lease_owner = models.UUIDField(null=True, blank=True)
    lease_epoch = models.PositiveIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    unclean_claims = models.PositiveSmallIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(finished_at__isnull=True),
                name="changeexecution_one_open",
            )
        ]
        indexes = [
            models.Index(
                fields=["run_after"],
                name="execution_due",
                condition=Q(finished_at__isnull=True, set_aside_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"Execution of {self.request.number}"


class ChangeStep(models.Model):
    """One step of an execution, in order: the way forward, then the way back.

    ``state`` says what is known: ``intent`` means that a call may have been sent,
    ``unknown`` that its outcome must be found out by reading.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        INTENT = "intent", "Sending"
        ACKED = "acked", "In progress"
        UNKNOWN = "unknown", "Outcome unknown"
        DONE = "done", "Done"
        NOOP = "noop", "Nothing to do"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"

    class Phase(models.TextChoices):
        FORWARD = "forward", "Forward"
        BACK = "back", "Way back"

    execution = models.ForeignKey(
        ChangeExecution, on_delete=models.PROTECT, related_name="steps"
    )
    seq = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.FORWARD)
    op = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    request_line = models.CharField(max_length=400, blank=True)
    disruptive = models.BooleanField(default=False)
    may_fail = models.BooleanField(default=False)
    safe_point_after = models.BooleanField(default=True)
    point_of_no_return = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    note = models.CharField(max_length=400, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    FINISHED = (State.DONE, State.NOOP, State.FAILED, State.SKIPPED)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["execution", "seq"], name="changestep_ordered"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_finished(self) -> bool:
        return self.state in self.FINISHED


class StepAttempt(models.Model):
    """One intention to send one request, written before it is sent.

    ``outcome`` empty means open: the request may or may not have been applied. The
    database allows one open attempt per step. Bodies are never stored.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted by the provider"
        ADOPTED = "adopted", "Found applied by reading"
        NOT_APPLIED = "not_applied", "Not applied"
        ABSENT = "absent", "Found absent by reading"

    APPLIED = (Outcome.ACCEPTED, Outcome.ADOPTED)

    step = models.ForeignKey(
        ChangeStep, on_delete=models.PROTECT, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField()
    epoch = models.PositiveIntegerField()
    baseline = models.JSONField(default=dict)
    intent_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    provider_request_id = models.CharField(max_length=80, blank=True)
    action_id = models.BigIntegerField(null=True, blank=True)
    resource_id = models.CharField(max_length=80, blank=True)
    error = models.CharField(max_length=200, blank=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "number"], name="stepattempt_numbered"
            ),
            models.UniqueConstraint(
                fields=["step"],
                condition=Q(outcome=""),
                name="stepattempt_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} of {self.step}"


class ResourceClaim(models.Model):
    """One execution has one resource to itself until the claim is released. The
    partial unique index makes two changes to one resource impossible."""

    resource = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="claims"
    )
    execution = models.ForeignKey(
        ChangeExecution, on_delete=models.PROTECT, related_name="claims"
    )
    claimed_at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource"],
                condition=Q(released_at__isnull=True),
                name="resourceclaim_one_active",
            )
        ]

    def __str__(self) -> str:
        return f"{self.execution} has {self.resource}"
