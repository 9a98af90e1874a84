"""A request from asking to done, through the engine and the simulated account."""

import pytest

from portal.accounts.models import User
from portal.audit import queries
from portal.audit.models import AuditEvent
from portal.changes.models import ChangeRequest, PolicyRule, StepAttempt
from portal.digitalocean import client
from portal.digitalocean.simulator.machine import Machine
from tests.portal.changes.factories import (
    DROPLET,
    SIZE,
    approved,
    planned,
    run,
    started,
)

pytestmark = pytest.mark.django_db


def test_an_approved_resize_really_changes_the_droplet(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = run(started(engineer, approver))

    assert request.state == ChangeRequest.State.SUCCEEDED, request.state_note
    droplet = client.reader().droplet(DROPLET)
    assert (droplet.size_slug, droplet.status) == (SIZE, "active")
    assert [effect.operation for effect in cloud.ledger()] == [
        "shutdown",
        "resize",
        "power_on",
    ]


def test_every_step_is_recorded_with_the_providers_action(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = run(started(engineer, approver))
    attempts = StepAttempt.objects.filter(step__execution__request=request)
    assert attempts.count() == 3
    assert all(attempt.action_id and attempt.outcome for attempt in attempts)


def test_the_audit_log_tells_the_whole_story(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = run(started(engineer, approver))
    told = AuditEvent.objects.filter(target_id=str(request.pk)).order_by("seq")
    assert list(told.values_list("action", flat=True)) == [
        "change.requested",
        "change.pending",
        "change.approval_given",
        "change.approved",
        "change.running",
        "change.verifying",
        "change.succeeded",
    ]
    assert queries.verify().ok


def test_the_plan_names_cost_downtime_and_way_back(
    cloud: Machine, policy: PolicyRule, engineer: User
) -> None:
    request = planned(engineer)
    assert request.state == ChangeRequest.State.PENDING
    plan = request.current_plan
    assert plan is not None
    assert plan.cost_delta == 24
    assert plan.reversible
    assert [step["op"] for step in plan.steps] == [
        "droplet.shutdown",
        "droplet.power_off",
        "droplet.resize",
        "droplet.power_on",
        "verify",
    ]
    assert plan.is_intact


def test_planning_a_resize_makes_at_most_six_reads(
    cloud: Machine, policy: PolicyRule, engineer: User
) -> None:
    before = client.reader().requests
    planned(engineer)
    assert client.reader().requests - before <= 6


def test_a_droplet_that_is_already_so_needs_no_approval(
    cloud: Machine, policy: PolicyRule, engineer: User
) -> None:
    request = planned(engineer, size="s-2vcpu-4gb")
    assert request.state == ChangeRequest.State.SUCCEEDED
    assert request.noop
    assert cloud.ledger() == []


def test_an_impossible_resize_cannot_be_planned_and_says_why(
    cloud: Machine, policy: PolicyRule, engineer: User
) -> None:
    request = planned(engineer, size="s-1vcpu-1gb")
    assert request.state == ChangeRequest.State.PLAN_FAILED
    assert "cannot shrink" in request.state_note


def test_a_member_of_an_autoscale_pool_is_not_resized_alone(
    cloud: Machine, policy: PolicyRule, engineer: User
) -> None:
    request = planned(engineer, droplet_id=DROPLET + 4 * 8, size="c-4")
    assert request.state == ChangeRequest.State.PLAN_FAILED
    assert "autoscale pool" in request.state_note


def test_without_a_rule_nobody_can_approve(cloud: Machine, engineer: User) -> None:
    request = planned(engineer)
    assert request.state == ChangeRequest.State.PLAN_FAILED
    assert "No approval rule" in request.state_note


def test_a_quorum_that_cannot_exist_is_refused_at_once(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    policy.require = [{"group": "approver", "n": 2}]
    policy.save()
    request = planned(engineer)
    assert request.state == ChangeRequest.State.PLAN_FAILED
    assert "never be approved" in request.state_note


def test_two_changes_never_have_one_resource(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    from portal.changes.jobs import dispatch

    first = started(engineer, approver)
    second = approved(engineer, approver, size="s-8vcpu-16gb")
    dispatch.dispatch(second.pk)
    second.refresh_from_db()
    assert first.state == ChangeRequest.State.RUNNING
    assert second.state == ChangeRequest.State.APPROVED
    held = second.holds.get(lifted_at=None)
    assert (held.reason, first.number in held.detail) == ("claim", True)


def test_what_another_change_is_in_the_middle_of_is_not_drift(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    from portal.changes.jobs import dispatch, execution

    started(engineer, approver)
    second = approved(engineer, approver, size="s-8vcpu-16gb")
    while not cloud.ledger():
        execution.execute_due()
    dispatch.dispatch(second.pk)
    second.refresh_from_db()
    assert second.state == ChangeRequest.State.APPROVED
    assert second.decisions.get().voided_at is None
