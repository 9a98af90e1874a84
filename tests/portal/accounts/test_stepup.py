"""A fresh second factor is one that is enrolled and was proved a moment ago."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client

from portal.accounts.models import User
from portal.accounts.stepup import factor_age, has_fresh_factor
from tests.conftest import prove_factor
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def request_of(client: Client, user: User | AnonymousUser) -> HttpRequest:
    request = HttpRequest()
    request.session = client.session  # type: ignore[assignment]
    request.user = user
    return request


def test_a_factor_proved_just_now_is_fresh(
    sign_in: Callable[..., Client], approver: User
) -> None:
    request = request_of(sign_in(approver, factor=True), approver)
    assert has_fresh_factor(request)
    assert 0 <= (factor_age(request) or 0) < 60


@pytest.mark.parametrize("seconds", [301, 3600])
def test_a_proof_older_than_300_seconds_is_not_fresh(
    sign_in: Callable[..., Client], approver: User, seconds: int
) -> None:
    client = sign_in(approver, factor=True)
    prove_factor(client, seconds_ago=seconds)
    assert not has_fresh_factor(request_of(client, approver))


def test_a_password_alone_is_not_a_second_factor(
    sign_in: Callable[..., Client], approver: User
) -> None:
    client = sign_in(approver, factor=True)
    session = client.session
    session["account_authentication_methods"][0]["method"] = "password"
    session.save()
    assert not has_fresh_factor(request_of(client, approver))


def test_a_recovery_code_is_not_a_second_factor(
    sign_in: Callable[..., Client], approver: User
) -> None:
    client = sign_in(approver, factor=True)
    session = client.session
    session["account_authentication_methods"][0]["type"] = "recovery_codes"
    session.save()
    assert not has_fresh_factor(request_of(client, approver))


def test_a_factor_that_was_removed_since_does_not_count(
    sign_in: Callable[..., Client], approver: User
) -> None:
    client = sign_in(approver, factor=True)
    Authenticator.objects.all().delete()
    assert not has_fresh_factor(request_of(client, approver))


def test_the_proof_of_another_account_does_not_count(
    sign_in: Callable[..., Client], approver: User
) -> None:
    client = sign_in(approver, factor=True)
    assert not has_fresh_factor(request_of(client, make_user(factor=True)))


def test_nobody_signed_in_has_no_factor(client: Client) -> None:
    assert factor_age(request_of(client, AnonymousUser())) is None
