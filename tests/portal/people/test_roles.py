"""Administrators give the global roles; approvers come another way."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal import context
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.exceptions import DomainError, ForbiddenError
from portal.people.services import accounts, roles
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def post(client: Client, user: User, *names: str) -> int:
    url = reverse("people:roles", args=[user.pk])
    return client.post(url, {"roles": names}).status_code


def roles_of(user: User) -> frozenset[str]:
    return User.objects.get(pk=user.pk).roles


def test_roles_are_given_and_taken_and_each_is_recorded(
    sign_in: Callable[..., Client], administrator: User, viewer: User
) -> None:
    assert post(sign_in(administrator), viewer, "engineer", "auditor") == 303
    assert roles_of(viewer) == {"engineer", "auditor"}
    given = AuditEvent.objects.filter(action="role.given").values_list(
        "data", flat=True
    )
    taken = AuditEvent.objects.filter(action="role.taken").values_list(
        "data", flat=True
    )
    assert {row["role"] for row in given} == {"engineer", "auditor"}
    assert [row["role"] for row in taken] == ["viewer"]


def test_a_role_counts_from_the_next_request(
    sign_in: Callable[..., Client], administrator: User, viewer: User
) -> None:
    client = Client()
    client.force_login(viewer)
    assert client.get(reverse("audit:list")).status_code == 403
    post(sign_in(administrator), viewer, "auditor")
    assert client.get(reverse("audit:list")).status_code == 200


def test_the_approver_role_is_neither_given_nor_taken_here(
    sign_in: Callable[..., Client], administrator: User, viewer: User, approver: User
) -> None:
    client = sign_in(administrator)
    assert post(client, viewer, "viewer", "approver") == 422
    assert roles_of(viewer) == {"viewer"}
    assert post(client, approver) == 303
    assert roles_of(approver) == {"approver"}
    roles.give_roles(viewer, roles=["approver"], actor=administrator)
    assert roles_of(viewer) == frozenset()


def test_the_page_says_who_decides_about_approvers(
    sign_in: Callable[..., Client], administrator: User, viewer: User
) -> None:
    page = sign_in(administrator).get(reverse("people:detail", args=[viewer.pk]))
    assert "Two approvers decide who is an approver." in page.content.decode()


@pytest.mark.parametrize("role", ["viewer", "engineer", "approver", "auditor"])
def test_nobody_else_gives_roles(
    sign_in: Callable[..., Client], role: str, viewer: User
) -> None:
    somebody = make_user(role)
    assert post(sign_in(somebody), viewer, "administrator") == 403
    with pytest.raises(ForbiddenError):
        roles.give_roles(somebody, roles=["administrator"], actor=somebody)
    assert roles_of(viewer) == {"viewer"}


def test_administrators_do_not_take_their_own_role(
    sign_in: Callable[..., Client], administrator: User
) -> None:
    make_user("administrator")
    assert post(sign_in(administrator), administrator, "viewer") == 409
    assert roles_of(administrator) == {"administrator"}


def test_one_active_administrator_is_always_left(administrator: User) -> None:
    other = make_user("administrator")
    accounts.deactivate(other, reason="Left.", actor=administrator)
    with pytest.raises((DomainError, ForbiddenError)):
        roles.give_roles(administrator, roles=[], actor=other)
    roles.give_roles(other, roles=[], actor=administrator)
    assert roles_of(administrator) == {"administrator"}


def test_the_first_approvers_come_from_a_command(
    viewer: User, engineer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    context.origin.set("command")
    call_command("bootstrap_approvers", viewer.email.upper(), engineer.email)
    assert "approver" in roles_of(viewer) & roles_of(engineer)
    assert viewer.name in capsys.readouterr().out
    event = AuditEvent.objects.filter(action="role.given").earliest("seq")
    assert (event.actor, event.origin) == (None, "command")


def test_the_command_refuses_once_there_are_two(
    approver: User, second_approver: User, viewer: User
) -> None:
    with pytest.raises(CommandError, match="two active approvers"):
        call_command("bootstrap_approvers", viewer.email)
    assert roles_of(viewer) == {"viewer"}


def test_two_accounts_of_one_person_are_one_approver(
    approver: User, second_approver: User, viewer: User
) -> None:
    User.objects.filter(pk=second_approver.pk).update(person=approver.person)
    call_command("bootstrap_approvers", viewer.email)
    assert "approver" in roles_of(viewer)


def test_the_command_names_an_unknown_address_and_appoints_nobody(
    viewer: User, administrator: User, engineer: User
) -> None:
    accounts.deactivate(engineer, reason="Left.", actor=administrator)
    for unknown in ("nobody@test.example", engineer.email):
        with pytest.raises(CommandError, match="has no active account"):
            call_command("bootstrap_approvers", viewer.email, unknown)
    assert roles_of(viewer) == {"viewer"}
