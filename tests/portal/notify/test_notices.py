"""The bell counts what was not read, and its page shows only one's own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.notify import services
from portal.notify.models import Notice

pytestmark = pytest.mark.django_db
LIST = "/notices/"


def tell(user: User, count: int = 1) -> None:
    for number in range(count):
        services.announce(
            key=f"test-{user.pk}-{number}",
            to=[user],
            subject=f"Notice {number} for {user.email}",
            body="Something happened.",
            link="/teams/",
        )


def latest(user: User) -> int:
    return services.inbox(user).latest("pk").pk


def test_the_bell_counts_unread_notices(
    sign_in: Callable[..., Client], viewer: User
) -> None:
    tell(viewer, 3)
    page = sign_in(viewer).get(reverse("dashboard:home")).content.decode()
    assert "Notices, 3 unread" in page


def test_everybody_sees_their_own_notices(
    sign_in: Callable[..., Client], viewer: User, engineer: User
) -> None:
    tell(viewer)
    tell(engineer)
    page = sign_in(viewer).get(LIST).content.decode()
    assert viewer.email in page
    assert f"for {engineer.email}" not in page


def test_without_notices_the_page_says_what_it_is_for(
    sign_in: Callable[..., Client], viewer: User
) -> None:
    assert "No notices" in sign_in(viewer).get(LIST).content.decode()


def test_notices_are_marked_as_read_up_to_the_one_that_was_seen(
    sign_in: Callable[..., Client], viewer: User, engineer: User
) -> None:
    tell(viewer)
    seen = latest(viewer)
    tell(viewer, 2)
    tell(engineer)
    answer = sign_in(viewer).post(reverse("notify:reading"), {"up_to": seen})
    assert answer.status_code == 303
    assert services.unread_count(viewer) == 1
    assert services.unread_count(engineer) == 1


def test_looking_marks_nothing_as_read(
    sign_in: Callable[..., Client], viewer: User
) -> None:
    tell(viewer)
    client = sign_in(viewer)
    client.get(LIST)
    assert client.get(reverse("notify:reading")).status_code == 405
    assert services.unread_count(viewer) == 1


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "9" * 5000, "1.5"])
def test_a_poor_number_marks_nothing(
    sign_in: Callable[..., Client], viewer: User, value: str
) -> None:
    tell(viewer)
    client = sign_in(viewer)
    assert client.post(reverse("notify:reading"), {"up_to": value}).status_code == 303
    assert services.unread_count(viewer) == 1


def test_the_page_costs_the_same_however_many_notices_there_are(
    sign_in: Callable[..., Client], viewer: User, django_assert_max_num_queries: Any
) -> None:
    tell(viewer, 60)
    client = sign_in(viewer)
    client.get(LIST)
    with django_assert_max_num_queries(7):
        page = client.get(LIST).context["page"]
    assert len(page.rows) == 25
    following = client.get(LIST, {"after": page.next_cursor}).context["page"]
    assert following.rows[0].pk < page.rows[-1].pk


def test_the_same_event_tells_a_person_once(viewer: User) -> None:
    tell(viewer)
    tell(viewer)
    assert Notice.objects.filter(recipient=viewer).count() == 2
