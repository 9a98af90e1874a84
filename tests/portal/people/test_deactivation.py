"""A deactivated account is out at once, and cannot have been the last one in."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.changes.models import ChangeDecision, PolicyRule
from portal.digitalocean.simulator.machine import Machine
from portal.exceptions import DomainError, ForbiddenError, TransitionError
from portal.people.services import accounts
from tests.factories import PASSWORD, make_user
from tests.portal.changes.conftest import cloud, policy
from tests.portal.changes.factories import approved
from tests.portal.people.factories import make_invitation

__all__ = ["cloud", "policy"]
pytestmark = pytest.mark.django_db


def address(user: User, name: str = "deactivation") -> str:
    return reverse(f"people:{name}", args=[user.pk])


def signed_in(user: User) -> Client:
    """A browser that went through the sign-in page, so that its session is known."""
    client = Client()
    response = client.post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD}
    )
    assert response.status_code == 302
    return client


def test_every_session_of_the_account_ends_at_once(
    sign_in: Callable[..., Client], administrator: User, engineer: User
) -> None:
    browsers = [signed_in(engineer), signed_in(engineer)]
    bystander = signed_in(make_user("viewer"))
    keys = [browser.session.session_key for browser in browsers]
    client = sign_in(administrator)
    response = client.post(address(engineer), {"reason": "Left the company."})
    assert response.status_code == 303
    assert not Session.objects.filter(session_key__in=keys).exists()
    for browser in browsers:
        answer = browser.get(reverse("dashboard:home"))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))
    assert bystander.get(reverse("dashboard:home")).status_code == 200


def test_a_deactivated_account_cannot_sign_in(
    administrator: User, engineer: User
) -> None:
    accounts.deactivate(engineer, reason="Left.", actor=administrator)
    client = Client()
    client.post(
        reverse("account_login"), {"login": engineer.email, "password": PASSWORD}
    )
    assert "_auth_user_id" not in client.session


def test_the_reason_and_what_ended_are_recorded(
    administrator: User, engineer: User
) -> None:
    signed_in(engineer)
    accounts.deactivate(engineer, reason="Left the company.", actor=administrator)
    event = AuditEvent.objects.get(action="account.deactivated")
    assert event.actor == administrator
    assert event.data["reason"] == "Left the company."
    assert event.data["sessions_ended"] == 1


def test_decisions_on_changes_that_have_not_started_become_void(
    cloud: Machine,
    policy: PolicyRule,
    administrator: User,
    engineer: User,
    approver: User,
) -> None:
    request = approved(engineer, approver)
    accounts.deactivate(approver, reason="Left.", actor=administrator)
    decision = ChangeDecision.objects.get(request=request)
    assert decision.voided_at is not None
    assert decision.void_reason == "deactivated"
    request.refresh_from_db()
    assert request.state == "pending"
    event = AuditEvent.objects.get(action="account.deactivated")
    assert event.data["decisions_voided"] == 1


def test_invitations_they_sent_are_withdrawn(administrator: User) -> None:
    leaver = make_user("administrator")
    invitation = make_invitation(by=leaver).invitation
    accounts.deactivate(leaver, reason="Left.", actor=administrator)
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


def test_nobody_deactivates_themselves(
    sign_in: Callable[..., Client], administrator: User
) -> None:
    make_user("administrator")
    response = sign_in(administrator).post(address(administrator), {"reason": "Oops."})
    assert response.status_code == 409
    administrator.refresh_from_db()
    assert administrator.is_active


def test_the_last_active_administrator_stays(administrator: User) -> None:
    other = make_user("administrator")
    accounts.deactivate(other, reason="Left.", actor=administrator)
    # Somebody whose page was rendered while both were administrators.
    with pytest.raises((DomainError, ForbiddenError)):
        accounts.deactivate(administrator, reason="Left.", actor=other)
    administrator.refresh_from_db()
    assert administrator.is_active


@pytest.mark.parametrize("role", ["viewer", "engineer", "approver", "auditor"])
@pytest.mark.parametrize("name", ["deactivation", "reactivation"])
def test_only_an_administrator_does_it(
    sign_in: Callable[..., Client], engineer: User, role: str, name: str
) -> None:
    client = sign_in(make_user(role))
    response = client.post(address(engineer, name), {"reason": "No."})
    assert response.status_code == 403
    assert "Administrator" in response.content.decode()
    engineer.refresh_from_db()
    assert engineer.is_active


def test_a_reason_is_needed(
    sign_in: Callable[..., Client], administrator: User, engineer: User
) -> None:
    response = sign_in(administrator).post(address(engineer), {"reason": " "})
    assert response.status_code == 422
    engineer.refresh_from_db()
    assert engineer.is_active


def test_the_second_click_is_told_that_it_happened(
    sign_in: Callable[..., Client], administrator: User, engineer: User
) -> None:
    client = sign_in(administrator)
    stale = User.objects.get(pk=engineer.pk)
    client.post(address(engineer), {"reason": "Left."})
    response = client.post(address(engineer), {"reason": "Left."})
    assert response.status_code == 409
    assert "already deactivated" in response.content.decode()
    with pytest.raises(TransitionError):
        accounts.deactivate(stale, reason="Left.", actor=administrator)


def test_a_reactivated_account_signs_in_again(
    sign_in: Callable[..., Client], administrator: User, engineer: User
) -> None:
    client = sign_in(administrator)
    client.post(address(engineer), {"reason": "Left."})
    assert client.post(address(engineer, "reactivation")).status_code == 303
    assert signed_in(engineer).get(reverse("dashboard:home")).status_code == 200
    assert AuditEvent.objects.filter(action="account.reactivated").exists()
    assert client.post(address(engineer, "reactivation")).status_code == 409


def test_an_account_that_is_not_there_is_not_found(
    sign_in: Callable[..., Client], administrator: User
) -> None:
    client = sign_in(administrator)
    for pk in ("999999", "9" * 30, "9" * 5000):
        assert client.post(f"/people/{pk}/deactivation/").status_code == 404
