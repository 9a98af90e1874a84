"""Every route, for everybody, with every method: who gets in is declared, and whoever
is kept out leaves no trace in the database.

Each request runs in a savepoint that is rolled back, so that all of them see the same
world. What a refused request would have written is read from its statements.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from portal.accounts.models import User
from tests.access import ROLES, Access
from tests.conftest import prove_factor
from tests.factories import enrol_factor, make_team, make_user
from tests.routes import declared, routes

pytestmark = pytest.mark.django_db
TABLE = declared()
VIEWS = {route.name: route.view.__module__ for route in routes()}
OUTSIDERS = ("anonymous", "deactivated")
HX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/teams/"}
METHODS = ("get", "post")
HEADERS: tuple[dict[str, str], ...] = ({}, HX)
LOGIN = "/account/login/"
REFUSED = {401, 403, 404, 405}
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
# Keeping a session, and counting attempts, is not an act of the person.
BOOKKEEPING = {"django_session", "usersessions_usersession", "portal_cache"}


@dataclass(frozen=True)
class World:
    """The session cookie of one account per role; those outside have none that
    counts."""

    cookies: Mapping[str, str]

    def client(self, who: str, **options: Any) -> Client:
        client = Client(**options)
        if who in self.cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[who]
        return client


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        team = make_team("Infrastructure")
        people = {role: make_user(role, team=team) for role in ROLES}
        people["deactivated"] = make_user(*ROLES, name="Gone Person", team=team)
        yield World({who: cookie_of(user) for who, user in people.items()})
        transaction.set_rollback(True)


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    enrol_factor(user)
    RecoveryCodes.activate(user)
    prove_factor(client)
    client.get("/teams/")
    if user.name == "Gone Person":
        User.objects.filter(pk=user.pk).update(
            is_active=False, deactivated_at=timezone.now()
        )
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def undone() -> Iterator[list[str]]:
    """The tables written to meanwhile; afterwards nothing of it has happened."""
    written: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found[2] not in BOOKKEEPING:
            written.append(found[2])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(listen):
        yield written
        transaction.set_rollback(True)


@pytest.fixture(params=sorted(TABLE))
def place(request: pytest.FixtureRequest, world: World, db: None) -> tuple[Access, str]:
    """The declaration of one route, and its address in this world."""
    access = TABLE[request.param]
    return access, address(request.param, access)


def is_ours(request: pytest.FixtureRequest) -> bool:
    """Whether the portal answers here itself. What django-allauth answers knows of
    accounts, not of roles."""
    module = VIEWS[request.node.callspec.params["place"]]
    return not module.startswith(("allauth.", "django."))


def address(name: str, access: Access) -> str:
    try:
        return reverse(name, kwargs=dict(access.kwargs()))
    except NoReverseMatch:
        return f"/{name}"


def ask(client: Client, method: str, url: str, access: Access, **headers: str) -> Any:
    """The answer, and what it wrote."""
    data = dict(access.data) if method == "post" else {}
    with undone() as written:
        answer = getattr(client, method)(url, data, headers=headers)
    return answer, written


def is_refused(answer: HttpResponse) -> bool:
    """Being asked to prove oneself again is not a refusal."""
    return answer.status_code in REFUSED and "HX-Redirect" not in answer.headers


def to_sign_in(answer: HttpResponse) -> bool:
    place = answer.headers.get("HX-Redirect", answer.headers.get("Location", ""))
    return urlsplit(place).path == LOGIN and answer.status_code in {302, 401}


def test_every_route_is_declared_and_every_declared_route_exists() -> None:
    names = {route.name for route in routes()}
    assert names - TABLE.keys() == set(), "Add these to an access.py."
    assert TABLE.keys() - names == set(), "These are gone."


def test_without_an_active_account_everything_leads_to_sign_in(
    world: World, place: tuple[Access, str]
) -> None:
    access, url = place
    for who, method, headers in product(OUTSIDERS, METHODS, HEADERS):
        answer, written = ask(world.client(who), method, url, access, **headers)
        told = f"{who} {method} {url} {headers}: {answer.status_code} {written}"
        assert answer.status_code < 500, told
        if not access.public:
            assert to_sign_in(answer), told
            assert not written, told


def test_a_role_gets_in_where_the_table_says(
    world: World, place: tuple[Access, str], request: pytest.FixtureRequest
) -> None:
    access, url = place
    people = ROLES if is_ours(request) else ROLES[:1]
    for role, method, headers in product(people, METHODS, HEADERS):
        allowed = access.get if method == "get" else access.post
        answer, written = ask(world.client(role), method, url, access, **headers)
        told = f"{role} {method} {url} {headers}: {answer.status_code} {written}"
        assert answer.status_code < 500, told
        if access.public:
            continue
        if allowed is None:
            assert answer.status_code == 405, told
        elif role in allowed:
            assert not is_refused(answer), told
            assert not to_sign_in(answer), told
        else:
            assert answer.status_code in {403, 404}, told
        if method == "get" or is_refused(answer):
            assert not written, told


def test_other_methods_do_not_exist(
    world: World, place: tuple[Access, str], request: pytest.FixtureRequest
) -> None:
    _, url = place
    ours = is_ours(request)
    for method in ("put", "patch", "delete"):
        with undone() as written:
            answer = getattr(world.client("administrator"), method)(url)
        told = f"{method} {url}: {answer.status_code} {written}"
        assert not written, told
        # django-allauth takes a PUT for a POST, and finds no fields in it.
        assert answer.status_code in REFUSED if ours else answer.status_code < 500, told


def test_a_form_of_another_site_is_refused(
    world: World, place: tuple[Access, str]
) -> None:
    access, url = place
    for role in access.post or ():
        strict = world.client(role, enforce_csrf_checks=True)
        answer, written = ask(strict, "post", url, access)
        assert (answer.status_code, written) == (403, []), f"No token: {url}"
        lured = {"Sec-Fetch-Site": "cross-site"}
        answer, written = ask(world.client(role), "post", url, access, **lured)
        assert (answer.status_code, written) == (403, []), f"Cross-site: {url}"
