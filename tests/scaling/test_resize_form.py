"""Asking for a resize: the consequences beside the choice, the refusals beside the
field."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.catalog.models import RefreshRequest, Resource, Size
from portal.changes.models import ChangeRequest

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
HX = {"HX-Request": "true"}
URL = "/scaling/resizes/new/"


@pytest.fixture
def droplet() -> Resource:
    now = timezone.now()
    for slug, cpus, memory, disk, price, regions in (
        ("s-1vcpu-1gb", 1, 1024, 25, 6, ["fra1"]),
        ("s-2vcpu-4gb", 2, 4096, 80, 24, ["fra1"]),
        ("s-4vcpu-8gb", 4, 8192, 160, 48, ["fra1"]),
        ("s-4vcpu-8gb-nyc", 4, 8192, 160, 48, ["nyc3"]),
    ):
        Size.objects.create(
            slug=slug,
            vcpus=cpus,
            memory_mib=memory,
            disk_gib=disk,
            monthly_usd=Decimal(price),
            regions=regions,
            seen_at=now,
        )
    return Resource.objects.create(
        urn="do:droplet:386734086",
        provider_id="386734086",
        name="web-01",
        region="fra1",
        status="active",
        facts={
            "size_slug": "s-2vcpu-4gb",
            "vcpus": 2,
            "memory_mib": 4096,
            "disk_gib": 80,
        },
        monthly_usd=Decimal(24),
        seen_at=now,
    )


def filled(droplet: Resource, **changes: Any) -> dict[str, Any]:
    return {
        "key": uuid.uuid4(),
        "resource": droplet.pk,
        "size": "s-4vcpu-8gb",
        "reason": "It swaps every evening.",
        **changes,
    }


def test_the_preview_shows_before_after_and_the_difference(
    sign_in: SignIn, engineer: User, droplet: Resource
) -> None:
    query = f"?resource={droplet.pk}&size=s-4vcpu-8gb"
    for headers in ({}, HX):
        page = sign_in(engineer).get(URL + query, headers=headers).content.decode()
        for words in ("4 GiB", "8 GiB", "$24.00", "$48.00", "+$24.00", "Reversible"):
            assert words in page


def test_growing_the_disk_is_shown_as_final(
    sign_in: SignIn, engineer: User, droplet: Resource
) -> None:
    query = f"?resource={droplet.pk}&size=s-4vcpu-8gb&disk=on"
    page = sign_in(engineer).get(URL + query, headers=HX).content.decode()
    assert "160 GiB" in page
    assert "Cannot be undone" in page


def test_asking_makes_one_request_and_leads_to_it(
    sign_in: SignIn, engineer: User, droplet: Resource
) -> None:
    client = sign_in(engineer)
    data = filled(droplet)
    first, second = client.post(URL, data), client.post(URL, data)
    change = ChangeRequest.objects.get()
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"] == change.get_absolute_url()
    assert change.params == {
        "droplet_id": 386734086,
        "size": "s-4vcpu-8gb",
        "disk": False,
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"size": "s-2vcpu-4gb"}, "already has the size"),
        ({"size": "s-1vcpu-1gb"}, "cannot shrink"),
        ({"size": "s-4vcpu-8gb-nyc"}, "not offered in fra1"),
        ({"size": "nonsense"}, "not one of the available choices"),
        ({"reason": " "}, "This field is required"),
        ({"resource": "99999"}, "not one of the available choices"),
        ({"resource": "\x00"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field_and_nothing_is_lost(
    sign_in: SignIn,
    engineer: User,
    droplet: Resource,
    changes: dict[str, str],
    words: str,
) -> None:
    answer = sign_in(engineer).post(URL, filled(droplet, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    if "reason" not in changes:
        assert "It swaps every evening." in page
    assert not ChangeRequest.objects.exists()


def test_a_viewer_is_told_who_may_ask(
    sign_in: SignIn, viewer: User, droplet: Resource
) -> None:
    answer = sign_in(viewer).get(URL)
    assert answer.status_code == 403
    assert "engineer" in answer.content.decode()


def test_a_droplet_that_is_gone_is_not_offered(
    sign_in: SignIn, engineer: User, droplet: Resource
) -> None:
    Resource.objects.update(vanished_at=timezone.now())
    assert "web-01" not in sign_in(engineer).get(URL).content.decode()


def test_an_inventory_that_cannot_be_read_says_so(
    sign_in: SignIn, engineer: User, droplet: Resource
) -> None:
    RefreshRequest.objects.create(
        kind="account",
        finished_at=timezone.now() - timedelta(seconds=5),
        error="DigitalOcean could not be reached; nothing was sent.",
    )
    page = sign_in(engineer).get(URL).content.decode()
    assert "could not be reached" in page


@pytest.mark.parametrize(
    "query", ["?resource=abc", "?size=%00", "?resource=1e400&size=x", "?disk=maybe"]
)
def test_a_bad_query_still_gives_the_form(
    sign_in: SignIn, engineer: User, droplet: Resource, query: str
) -> None:
    assert sign_in(engineer).get(reverse("scaling:resize") + query).status_code < 500


def test_the_form_costs_a_fixed_number_of_queries(
    sign_in: SignIn,
    engineer: User,
    droplet: Resource,
    django_assert_max_num_queries: Any,
) -> None:
    client = sign_in(engineer)
    client.get(URL)
    with django_assert_max_num_queries(14):
        client.get(f"{URL}?resource={droplet.pk}&size=s-4vcpu-8gb")
