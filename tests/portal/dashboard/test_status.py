"""The status page says what works, what fails and since when."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from portal.sweep import jobs, registry
from portal.sweep.models import SweepItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(
    sign_in: Callable[..., Client], viewer: User, monkeypatch: pytest.MonkeyPatch
) -> Client:
    monkeypatch.setattr(registry, "_items", {})
    return sign_in(viewer)


def test_before_the_first_tick_the_page_says_that_nothing_works(reader: Client) -> None:
    page = reader.get("/status/").content.decode()
    assert "Nothing is being worked on." in page
    assert "PostgreSQL" in page


def test_recurring_work_is_listed_with_its_last_run(reader: Client) -> None:
    registry.register("test.hourly", lambda: 1, every=3600)
    jobs.run()
    page = reader.get("/status/").content.decode()
    assert "test.hourly" in page
    assert "On time" in page
    assert "Nothing is being worked on" not in page


def test_failing_work_is_named_with_its_error(reader: Client) -> None:
    registry.register("test.broken", lambda: 1 // 0, every=3600)
    jobs.run()
    page = reader.get("/status/").content.decode()
    assert "ZeroDivisionError" in page
    assert "1 piece of work fails" in page


def test_a_late_tick_is_an_alarm(reader: Client) -> None:
    jobs.run()
    late = timezone.now() - timezone.timedelta(seconds=60)
    SweepItem.objects.filter(name="tick").update(started_at=late)
    assert "Nothing is being worked on." in reader.get("/status/").content.decode()


def test_htmx_gets_the_state_alone(reader: Client) -> None:
    answer = reader.get("/status/", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
