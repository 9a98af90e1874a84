"""Another person, an eligible one, a fresh second factor, the exact plan."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal.accounts.models import User
from portal.changes import services
from portal.changes.jobs import dispatch, planning
from portal.changes.models import (
    ChangeDecision,
    ChangeExecution,
    ChangePlan,
    ChangeRequest,
    PolicyRule,
)
from portal.digitalocean.simulator.machine import Machine
from portal.exceptions import ForbiddenError, TransitionError
from tests.factories import make_user
from tests.portal.changes.factories import approve, approved, planned, run, started

pytestmark = pytest.mark.django_db
State = ChangeRequest.State


def test_the_requester_cannot_approve(
    cloud: Machine, policy: PolicyRule, engineer: User
) -> None:
    engineer.groups.add(Group.objects.get(name="approver"))
    request = planned(engineer)
    with pytest.raises(ForbiddenError, match="another person"):
        approve(request, engineer)
    assert not ChangeDecision.objects.exists()


def test_a_second_account_of_the_requester_cannot_approve(
    cloud: Machine, policy: PolicyRule, engineer: User
) -> None:
    other = make_user("approver", person=engineer.person)
    with pytest.raises(ForbiddenError, match="another person"):
        approve(planned(engineer), other)


def test_an_engineer_cannot_approve(
    cloud: Machine, policy: PolicyRule, engineer: User, second_engineer: User
) -> None:
    with pytest.raises(ForbiddenError):
        approve(planned(engineer), second_engineer)


@pytest.mark.parametrize("age", [None, 301])
def test_an_approval_needs_a_fresh_second_factor(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User, age: Any
) -> None:
    with pytest.raises(ForbiddenError, match="second factor"):
        approve(planned(engineer), approver, factor_age=age)


def test_an_old_page_is_refused_and_nothing_is_decided(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = planned(engineer)
    services.plan_again(request, actor=engineer)
    planning.plan(request.pk)
    with pytest.raises(services.StalePlanError):
        approve(request, approver)
    assert not ChangeDecision.objects.exists()


def test_a_second_click_is_told_and_decides_nothing(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    policy.require = [{"group": "approver", "n": 2}]
    policy.save()
    make_user("approver")
    request = planned(engineer)
    approve(request, approver)
    with pytest.raises(TransitionError, match="already approved"):
        approve(request, approver)
    assert ChangeDecision.objects.count() == 1


def test_two_accounts_of_one_person_are_one_voice(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    policy.require = [{"group": "approver", "n": 2}]
    policy.save()
    make_user("approver", name="Third Approver")
    twin = make_user("approver", person=approver.person)
    request = planned(engineer)
    approve(request, approver)
    with pytest.raises(TransitionError, match="already approved"):
        approve(request, twin)
    request.refresh_from_db()
    assert request.state == State.PENDING


def test_a_rejection_says_why_and_is_final(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = planned(engineer)
    assert request.current_plan is not None
    services.reject(
        request,
        actor=approver,
        plan_hash=request.current_plan.plan_hash,
        version=1,
        factor_age=1.0,
        comment="Not before the sale.",
    )
    request.refresh_from_db()
    assert (request.state, request.state_note) == (
        State.REJECTED,
        "Not before the sale.",
    )


def test_an_approver_who_leaves_takes_the_approval_along(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    make_user("approver", name="Another Approver")
    administrator = make_user("administrator")
    request = approved(engineer, approver)
    services.void_decisions_of(
        approver.person, reason="deactivated", actor=administrator
    )
    request.refresh_from_db()
    assert request.state == State.PENDING
    assert ChangeDecision.objects.get().void_reason == "deactivated"


def test_membership_is_checked_again_when_it_would_start(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = approved(engineer, approver)
    approver.groups.clear()
    dispatch.dispatch(request.pk)
    request.refresh_from_db()
    assert request.state == State.PENDING
    assert cloud.ledger() == []


def test_a_tightened_policy_binds_what_is_already_approved(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = approved(engineer, approver)
    policy.require = [{"group": "approver", "n": 2}]
    policy.save()
    dispatch.dispatch(request.pk)
    request.refresh_from_db()
    assert request.state == State.PENDING
    assert not ChangeExecution.objects.exists()


def test_drift_after_approval_makes_it_stale_and_sends_nothing(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    request = approved(engineer, approver)
    # Somebody else resizes the droplet first.
    other = run(started(engineer, approver, size="s-8vcpu-16gb"))
    assert other.state == State.SUCCEEDED
    before = len(cloud.ledger())
    dispatch.dispatch(request.pk)
    request.refresh_from_db()
    assert request.state == State.STALE
    assert "s-2vcpu-4gb" in request.state_note
    assert len(cloud.ledger()) == before
    assert ChangeDecision.objects.get(request=request).void_reason == "drift"


# What the database itself refuses, whatever the code above it does ------------------


def test_the_database_refuses_a_decision_by_the_requester(
    cloud: Machine, policy: PolicyRule, engineer: User
) -> None:
    request = planned(engineer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeDecision.objects.create(
            request=request,
            plan=request.current_plan,
            plan_hash="0" * 64,
            requester_person=engineer.person,
            person=engineer.person,
            account=engineer,
            verdict="approve",
            factor_age_seconds=1,
        )


@pytest.mark.parametrize("state", ["approved", "running"])
def test_the_database_refuses_to_run_what_nobody_approved(
    cloud: Machine, policy: PolicyRule, engineer: User, state: str
) -> None:
    request = planned(engineer)
    with pytest.raises(DatabaseError), transaction.atomic():
        ChangeRequest.objects.filter(pk=request.pk).update(state=state)


def test_the_database_refuses_to_edit_a_plan_or_a_decision(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    approved(engineer, approver)
    with pytest.raises(DatabaseError), transaction.atomic():
        ChangePlan.objects.update(plan_hash="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        ChangeDecision.objects.update(verdict="reject", comment="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        ChangeDecision.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_last_approvers_at_once_make_one_transition(
    cloud: Machine, policy: PolicyRule, engineer: User, approver: User
) -> None:
    other = make_user("approver", name="Other Approver")
    request = planned(engineer)
    outcomes: list[str] = []

    def click(user: User) -> None:
        try:
            approve(request, user)
            outcomes.append("approved")
        except TransitionError:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[u]) for u in (approver, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "too late"]
    dispatch.dispatch_due()
    assert ChangeExecution.objects.count() == 1
