"""Sessions are known to their owner, and reading pages does not write."""

import datetime

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_session_is_known_from_its_first_page(client: Client, viewer: User) -> None:
    client.force_login(viewer)
    client.get("/", headers={"User-Agent": "Browser of a test"})
    session = UserSession.objects.get(user=viewer)
    assert session.session_key == client.session.session_key
    assert session.user_agent == "Browser of a test"


def test_looking_again_within_a_minute_writes_nothing(
    client: Client, viewer: User
) -> None:
    client.force_login(viewer)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    verbs = {query["sql"].split()[0] for query in queries.captured_queries}
    assert verbs == {"SELECT"}


def test_a_session_seen_after_a_while_says_so(client: Client, viewer: User) -> None:
    client.force_login(viewer)
    client.get("/")
    long_ago = timezone.now() - datetime.timedelta(minutes=5)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get("/")
    assert UserSession.objects.get().last_seen_at > long_ago
