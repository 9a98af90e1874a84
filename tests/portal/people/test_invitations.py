"""An invitation is the only way to an account, and it works once."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Invitation, Team, User
from portal.audit.models import AuditEvent
from portal.exceptions import DomainError, ForbiddenError, TransitionError
from portal.notify.models import Notice
from portal.people.services import invitations
from tests.factories import make_user
from tests.portal.people.factories import make_invitation

pytestmark = pytest.mark.django_db
PASSWORD = "four unrelated harbour words"
ANSWER = {"name": "Gil Guest", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _no_limits_from_earlier_tests(db: None) -> None:
    cache.clear()


def link(token: str) -> str:
    return reverse("people:invitation", args=[token])


def expire(invitation: Invitation) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=past)


def test_an_administrator_gets_the_link_once(
    sign_in: Callable[..., Client], administrator: User, team: Team
) -> None:
    client = sign_in(administrator)
    data = {
        "name": "Gil Guest",
        "email": "Gil@Test.Example",
        "roles": ["engineer"],
        "team": team.pk,
    }
    response = client.post(reverse("people:new"), data)
    assert response.status_code == 201
    shown = response.context["link"]
    invitation = Invitation.objects.get()
    assert invitation.email == "gil@test.example"
    assert invitation.roles == ["engineer"]
    assert invitation.token_sha256 == invitations.digest(shown.split("/")[-2])
    token = shown.split("/")[-2]
    assert token not in client.get(reverse("people:list")).content.decode()
    assert token not in str(list(AuditEvent.objects.values_list("data")))


def test_the_invitation_is_recorded_without_the_token(administrator: User) -> None:
    invited = make_invitation(by=administrator, roles=["auditor"])
    event = AuditEvent.objects.get(action="account.invited")
    assert event.actor == administrator
    assert event.data["roles"] == ["auditor"]
    assert invited.token not in str(event.data)


def test_an_invitation_never_offers_the_approver_role(administrator: User) -> None:
    invited = make_invitation(by=administrator, roles=["approver", "viewer"])
    assert invited.invitation.roles == ["viewer"]


def test_the_form_does_not_offer_the_approver_role(
    sign_in: Callable[..., Client], administrator: User
) -> None:
    data = {"name": "Gil", "email": "gil@test.example", "roles": ["approver"]}
    response = sign_in(administrator).post(reverse("people:new"), data)
    assert response.status_code == 422
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "engineer", "approver", "auditor"])
def test_only_an_administrator_invites(role: str) -> None:
    with pytest.raises(ForbiddenError):
        make_invitation(by=make_user(role))


def test_an_address_with_an_account_is_not_invited(
    sign_in: Callable[..., Client], administrator: User, viewer: User
) -> None:
    data = {"name": "Twin", "email": viewer.email.upper(), "roles": ["viewer"]}
    response = sign_in(administrator).post(reverse("people:new"), data)
    assert response.status_code == 422
    assert "already has an account" in response.content.decode()
    with pytest.raises(DomainError, match="already has an account"):
        make_invitation(by=administrator, email=viewer.email)


def test_an_address_has_one_open_invitation(administrator: User) -> None:
    make_invitation(by=administrator, email="gil@test.example")
    with pytest.raises(DomainError, match="open invitation"):
        make_invitation(by=administrator, email="GIL@test.example")


def test_an_expired_invitation_makes_room_for_a_new_one(administrator: User) -> None:
    first = make_invitation(by=administrator, email="gil@test.example")
    expire(first.invitation)
    make_invitation(by=administrator, email="gil@test.example")
    first.invitation.refresh_from_db()
    assert first.invitation.withdrawn_at is not None


def test_accepting_opens_the_account_and_signs_in(client: Client, team: Team) -> None:
    invited = make_invitation(roles=["engineer"], team=team)
    assert client.get(link(invited.token)).status_code == 200
    response = client.post(link(invited.token), ANSWER)
    assert response.status_code == 302
    user = User.objects.get(email=invited.invitation.email)
    assert (user.name, user.roles) == ("Gil Guest", {"engineer"})
    assert user.belongs_to(team)
    assert not user.leads(team)
    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert int(client.session["_auth_user_id"]) == user.pk
    assert client.get(reverse("dashboard:home")).status_code == 200


def test_accepting_is_recorded_and_told_to_the_inviter(
    client: Client, administrator: User
) -> None:
    invited = make_invitation(by=administrator)
    client.post(link(invited.token), ANSWER)
    event = AuditEvent.objects.get(action="account.opened")
    assert event.actor == User.objects.get(email=invited.invitation.email)
    assert event.data["invited_by"] == administrator.name
    assert Notice.objects.filter(recipient=administrator).count() == 2


def test_a_link_works_once(client: Client) -> None:
    invited = make_invitation()
    client.post(link(invited.token), ANSWER)
    response = Client().post(link(invited.token), ANSWER)
    assert response.status_code == 410
    assert "has been used" in response.content.decode()
    with pytest.raises(TransitionError, match="has been used"):
        invitations.accept(invited.invitation, name="Thief", password=PASSWORD)


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_expired_link_says_so(client: Client, method: str) -> None:
    invited = make_invitation()
    expire(invited.invitation)
    response = getattr(client, method)(link(invited.token), ANSWER)
    assert response.status_code == 410
    assert "has expired" in response.content.decode()
    assert not User.objects.filter(email=invited.invitation.email).exists()


def test_a_withdrawn_link_says_so(
    sign_in: Callable[..., Client], administrator: User
) -> None:
    invited = make_invitation(by=administrator)
    client = sign_in(administrator)
    url = reverse("people:withdrawal", args=[invited.invitation.pk])
    assert client.post(url).status_code == 303
    assert AuditEvent.objects.filter(action="invitation.withdrawn").exists()
    assert "was withdrawn" in Client().get(link(invited.token)).content.decode()
    assert client.post(url).status_code == 409


@pytest.mark.parametrize("token", ["x", "%F0%9F%92%A9", "a" * 2000, "..%00"])
def test_an_invented_link_opens_nothing(client: Client, token: str) -> None:
    response = client.get(f"/invitations/{token}/")
    assert response.status_code in {400, 404}


def test_somebody_signed_in_is_asked_to_sign_out_first(
    sign_in: Callable[..., Client], engineer: User
) -> None:
    invited = make_invitation()
    response = sign_in(engineer).post(link(invited.token), ANSWER)
    assert response.status_code == 409
    assert not User.objects.filter(email=invited.invitation.email).exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password2": "something else entirely"}, "not the same"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "123456789012", "password2": "123456789012"}, "numeric"),
        ({"name": ""}, "required"),
        ({"password1": ""}, "required"),
    ],
)
def test_a_poor_answer_is_refused_and_opens_nothing(
    client: Client, change: dict[str, Any], words: str
) -> None:
    invited = make_invitation()
    response = client.post(link(invited.token), ANSWER | change)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not User.objects.filter(email=invited.invitation.email).exists()


def test_the_address_and_the_roles_are_the_invitations_whatever_is_sent(
    client: Client,
) -> None:
    invited = make_invitation(roles=["viewer"])
    more = {"email": "other@test.example", "roles": "administrator", "is_active": "1"}
    client.post(link(invited.token), ANSWER | more)
    user = User.objects.get(email=invited.invitation.email)
    assert user.roles == {"viewer"}


def test_guessing_links_is_slowed_down(client: Client) -> None:
    answers = [client.get(link(f"guess-{number}")).status_code for number in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_two_open_invitations_for_one_address_are_refused_by_the_database(
    administrator: User,
) -> None:
    first = make_invitation(by=administrator).invitation
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            email=first.email.upper(),
            name="Twin",
            token_sha256="0" * 64,
            invited_by=administrator,
            expires_at=timezone.now(),
        )
