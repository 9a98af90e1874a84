"""What people see and click: lists, one request, the decision."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.changes import services
from portal.changes.jobs import planning
from portal.changes.models import ChangeDecision, ChangeRequest, PolicyRule
from portal.digitalocean.simulator.machine import Machine
from tests.conftest import prove_factor
from tests.factories import make_user
from tests.portal.changes.factories import bare, planned, run, started

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
HX = {"HX-Request": "true"}


def verdict(change: ChangeRequest, **more: Any) -> dict[str, Any]:
    assert change.current_plan is not None
    return {
        "plan_hash": change.current_plan.plan_hash,
        "version": change.version,
        **more,
    }


def url(name: str, change: ChangeRequest) -> str:
    return reverse(f"changes:{name}", args=[change.pk])


def test_an_approver_approves_what_the_page_showed(
    sign_in: SignIn, policy: PolicyRule, engineer: User, approver: User
) -> None:
    change = bare(engineer)
    client = sign_in(approver, factor=True)
    answer = client.post(url("approval", change), verdict(change))
    assert (answer.status_code, answer["Location"]) == (303, change.get_absolute_url())
    change.refresh_from_db()
    assert change.state == "approved"


def test_without_a_fresh_factor_the_click_leads_to_the_second_factor(
    sign_in: SignIn, policy: PolicyRule, engineer: User, approver: User
) -> None:
    change = bare(engineer)
    client = sign_in(approver, factor=True)
    prove_factor(client, seconds_ago=301)
    answer = client.post(url("approval", change), verdict(change))
    assert answer.status_code == 303
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert not ChangeDecision.objects.exists()


def test_a_double_click_gives_one_decision_and_a_409(
    sign_in: SignIn, policy: PolicyRule, engineer: User, approver: User
) -> None:
    change = bare(engineer)
    client = sign_in(approver, factor=True)
    client.post(url("approval", change), verdict(change))
    again = client.post(url("approval", change), verdict(change))
    assert again.status_code == 409
    assert "You already approved" in again.content.decode()
    assert ChangeDecision.objects.count() == 1


def test_an_old_page_gets_409_and_the_plan_of_now(
    sign_in: SignIn, policy: PolicyRule, engineer: User, approver: User
) -> None:
    change = bare(engineer)
    client = sign_in(approver, factor=True)
    answer = client.post(
        url("approval", change), verdict(change, plan_hash="f" * 64, version=7)
    )
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "planned again since you opened it" in body
    assert change.current_plan is not None
    assert change.current_plan.plan_hash in body
    assert not ChangeDecision.objects.exists()


def test_an_old_page_is_told_what_changed(
    cloud: Machine,
    sign_in: SignIn,
    policy: PolicyRule,
    engineer: User,
    approver: User,
) -> None:
    change = planned(engineer)
    old = verdict(change)
    ChangeRequest.objects.filter(pk=change.pk).update(
        params={**change.params, "size": "s-8vcpu-16gb"}
    )
    services.plan_again(change, actor=engineer)
    planning.plan(change.pk)
    answer = sign_in(approver, factor=True).post(url("approval", change), old)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "2 → 4 before, 2 → 8 now" in body
    assert not ChangeDecision.objects.exists()


def test_a_rejection_without_a_reason_keeps_what_was_typed(
    sign_in: SignIn, policy: PolicyRule, engineer: User, approver: User
) -> None:
    change = bare(engineer)
    client = sign_in(approver, factor=True)
    answer = client.post(url("rejection", change), verdict(change, comment=" "))
    assert answer.status_code == 422
    assert "Say why you reject it." in answer.content.decode()


def test_the_requester_is_told_that_another_person_decides(
    sign_in: SignIn, policy: PolicyRule, engineer: User
) -> None:
    change = bare(engineer)
    client = sign_in(engineer)
    page = client.get(change.get_absolute_url()).content.decode()
    assert "You cannot approve your own request" in page
    assert url("approval", change) not in page
    answer = client.post(url("approval", change), verdict(change))
    assert answer.status_code == 403
    assert "approver" in answer.content.decode()


@pytest.mark.parametrize("name", ["approval", "rejection", "withdrawal", "planning"])
def test_a_decision_is_a_post(
    sign_in: SignIn, policy: PolicyRule, engineer: User, approver: User, name: str
) -> None:
    client = sign_in(approver, factor=True)
    assert client.get(url(name, bare(engineer))).status_code == 405


def test_the_inbox_holds_what_waits_for_this_person_only(
    sign_in: SignIn, policy: PolicyRule, engineer: User, approver: User
) -> None:
    waiting = bare(engineer)
    own = bare(approver)
    decided = bare(engineer)
    client = sign_in(approver, factor=True)
    client.post(url("rejection", decided), verdict(decided, comment="No."))
    page = client.get(reverse("changes:inbox")).content.decode()
    assert waiting.get_absolute_url() in page
    assert own.get_absolute_url() not in page
    assert decided.get_absolute_url() not in page


def test_the_live_part_stops_polling_when_it_is_over(
    cloud: Machine,
    sign_in: SignIn,
    policy: PolicyRule,
    engineer: User,
    approver: User,
) -> None:
    change = run(started(engineer, approver))
    client = sign_in(engineer)
    answer = client.get(f"{url('progress', change)}?seen=succeeded", headers=HX)
    assert answer.status_code == 286
    assert "hx-trigger" not in answer.content.decode()


def test_the_live_part_reloads_the_page_when_the_state_moved(
    sign_in: SignIn, policy: PolicyRule, engineer: User
) -> None:
    client = sign_in(engineer)
    change = bare(engineer)
    answer = client.get(f"{url('progress', change)}?seen=planning", headers=HX)
    assert answer["HX-Refresh"] == "true"


def test_withdrawing_takes_it_off_the_inbox(
    sign_in: SignIn, policy: PolicyRule, engineer: User
) -> None:
    change = bare(engineer)
    client = sign_in(engineer)
    assert client.post(url("withdrawal", change)).status_code == 303
    assert client.post(url("withdrawal", change)).status_code == 409


def test_a_plan_that_failed_says_why_on_its_page(
    cloud: Machine, sign_in: SignIn, policy: PolicyRule, engineer: User
) -> None:
    change = planned(engineer, size="s-1vcpu-1gb")
    page = sign_in(engineer).get(change.get_absolute_url()).content.decode()
    assert "cannot shrink" in page


def test_lists_cost_the_same_for_three_rows_and_for_twenty(
    sign_in: SignIn,
    policy: PolicyRule,
    engineer: User,
    approver: User,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(20):
        bare(engineer)
    client = sign_in(approver)
    client.get(reverse("changes:list"))
    with django_assert_max_num_queries(7):
        client.get(reverse("changes:list"))
    with django_assert_max_num_queries(8):
        client.get(reverse("changes:inbox"))


def test_one_request_costs_a_fixed_number_of_queries(
    cloud: Machine,
    sign_in: SignIn,
    policy: PolicyRule,
    engineer: User,
    approver: User,
    django_assert_max_num_queries: Any,
) -> None:
    make_user("approver")
    change = run(started(engineer, approver))
    client = sign_in(approver)
    with django_assert_max_num_queries(22):
        assert client.get(change.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?tab=zzz",
        "?state=%27",
        "?after=garbage",
        "?q=%F0%9F%92%A9",
        "?q=" + "x" * 5000,
        "?state=pending&state=zzz",
        "?q=%ff",
    ],
)
def test_a_bad_query_never_breaks_the_list(
    sign_in: SignIn, policy: PolicyRule, engineer: User, query: str
) -> None:
    client = sign_in(engineer)
    assert client.get(reverse("changes:list") + query).status_code < 500


def test_an_unknown_request_is_not_found(sign_in: SignIn, engineer: User) -> None:
    client = sign_in(engineer)
    assert client.get("/changes/999999999999999999999/").status_code == 404
