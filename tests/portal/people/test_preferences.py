"""How the portal looks is everybody's own business."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
WANTED = {
    "theme": "dark",
    "density": "compact",
    "time_zone": "Asia/Kolkata",
    "shortcuts": "",
}


def test_preferences_are_kept_and_used(
    sign_in: Callable[..., Client], viewer: User
) -> None:
    client = sign_in(viewer)
    assert client.post(reverse("people:preferences"), WANTED).status_code == 303
    viewer.refresh_from_db()
    assert (viewer.theme, viewer.density) == ("dark", "compact")
    assert not viewer.shortcuts
    page = client.get(reverse("people:preferences")).content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page
    assert "Times in Asia/Kolkata" in page
    event = AuditEvent.objects.get(action="preferences.changed")
    assert event.data["theme"] == {"before": "system", "after": "dark"}


def test_nobody_changes_more_than_the_form_has(
    sign_in: Callable[..., Client], viewer: User
) -> None:
    more = {"email": "other@test.example", "is_active": "", "person": "1", "groups": 1}
    sign_in(viewer).post(reverse("people:preferences"), WANTED | more)
    changed = User.objects.get(pk=viewer.pk)
    assert (changed.email, changed.is_active) == (viewer.email, True)
    assert changed.roles == {"viewer"}


@pytest.mark.parametrize(
    "change",
    [
        {"theme": "neon"},
        {"density": ""},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "localtime"},
        {"time_zone": "/etc/localtime"},
    ],
)
def test_a_poor_choice_is_refused(
    sign_in: Callable[..., Client], viewer: User, change: dict[str, Any]
) -> None:
    answer = sign_in(viewer).post(reverse("people:preferences"), WANTED | change)
    assert answer.status_code == 422
    viewer.refresh_from_db()
    assert viewer.theme == "system"
