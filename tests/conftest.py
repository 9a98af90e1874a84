"""People, and a database that may be emptied although its log may not."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase

from portal.accounts.models import Team, User
from tests.factories import enrol_factor, make_team, make_user

PEOPLE = (
    "viewer",
    "engineer",
    "second_engineer",
    "approver",
    "second_approver",
    "auditor",
    "administrator",
    "lead",
)


def pytest_configure(config: pytest.Config) -> None:
    """Only this machine: nothing in a test reaches the internet."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_protected_tables() -> Iterator[None]:
    # Emptying the tables between transactional tests is TRUNCATE, which the audit
    # log and the breach ledger refuse by trigger. Only the owner of the tables may
    # switch a trigger off, and the test run does so only for the flush.
    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with protection("DISABLE"):
            original(self)

    @contextmanager
    def protection(first: str) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgtype & 32 > 0"
            )
            found = cursor.fetchall()
            for word in (first, "ENABLE"):
                for name, table in found:
                    cursor.execute(f'ALTER TABLE {table} {word} TRIGGER "{name}"')
                if word == first:
                    yield

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Databases of servers that this run started go with the servers. Dropping them
    one by one first would trip over whoever is still connected: browser tests hold
    one connection per context."""
    ours = bool(os.environ.get("PORTAL_TEST_SERVERS"))
    return ours or bool(request.config.getoption("reuse_db"))


@pytest.fixture
def team(db: None) -> Team:
    return make_team("Infrastructure")


@pytest.fixture
def viewer(db: None) -> User:
    return make_user("viewer")


@pytest.fixture
def engineer(team: Team) -> User:
    return make_user("engineer", team=team)


@pytest.fixture
def second_engineer(team: Team) -> User:
    return make_user("engineer", name="Second Engineer", team=team)


@pytest.fixture
def lead(team: Team) -> User:
    return make_user("engineer", name="Team Lead", team=team, lead=True)


@pytest.fixture
def approver(db: None) -> User:
    return make_user("approver", factor=True)


@pytest.fixture
def second_approver(db: None) -> User:
    return make_user("approver", name="Second Approver", factor=True)


@pytest.fixture
def auditor(db: None) -> User:
    return make_user("auditor")


@pytest.fixture
def administrator(db: None) -> User:
    return make_user("administrator")


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Client]:
    """``sign_in(user)`` is a signed-in client; ``factor=True`` adds a fresh proof of
    the second factor."""

    def sign(user: User, *, factor: bool = False, **_: Any) -> Client:
        client.force_login(user)
        if factor:
            enrol_factor(user)
            prove_factor(client)
        return client

    return sign


def prove_factor(client: Client, *, seconds_ago: float = 0) -> None:
    """Write into the session what verifying an authenticator code would."""
    import time

    session = client.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "type": "totp", "at": time.time() - seconds_ago}
    ]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
