"""Nonsense in any place of any page is answered with a page, never with a fault.

Every query parameter, every piece of an address and every field of every form gets
the corpus, from an account that holds every role, so that nothing stops it early.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.access import ROLES, Access
from tests.conftest import prove_factor
from tests.corpus import PATHS, RAW, SHARP, SHARPEST, WIDE
from tests.factories import make_team, make_user
from tests.pages import forms
from tests.routes import declared, routes

pytestmark = pytest.mark.django_db
TABLE = declared()
OURS = {
    route.name: route.pattern
    for route in routes()
    if not route.view.__module__.startswith(("allauth.", "django."))
}
READ = sorted(name for name in OURS if TABLE[name].get is not None)
WRITTEN = sorted(name for name in OURS if TABLE[name].post is not None)
PLACES = sorted(name for name in OURS if "<" in OURS[name])
HX = {"HX-Request": "true"}
PARAMETERS = (
    "q after state severity status team role kind type id actor action since until"
    " from to year month day view tab page size sort next title service droplet"
    " droplet_id resource disk region waiting mine environment"
)


@pytest.fixture(scope="module")
def somebody(django_db_setup: None, django_db_blocker: Any) -> Iterator[Client]:
    with django_db_blocker.unblock(), transaction.atomic():
        team = make_team("Infrastructure")
        user = make_user(*ROLES, team=team, lead=True, factor=True)
        client = Client(raise_request_exception=False)
        client.force_login(user)
        prove_factor(client)
        yield client
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(name: str, access: Access) -> str:
    return reverse(name, kwargs=dict(access.kwargs()))


def must_answer(client: Client, method: str, url: str, *args: Any, **more: Any) -> Any:
    with undone():
        answer = getattr(client, method)(url, *args, **more)
    assert answer.status_code < 500, (
        f"{method} {url[:200]} {args}: {answer.status_code}"
    )
    return answer


@pytest.mark.parametrize("name", READ)
def test_query_parameters(somebody: Client, name: str) -> None:
    url = address(name, TABLE[name])
    known = {
        field
        for form in forms(somebody.get(url).content.decode())
        if form.method == "get"
        for field in form.fields
    }
    everything = sorted(known | set(PARAMETERS.split()))
    # A page without filters mostly reads no query at all.
    for number, value in enumerate(WIDE if known else SHARP):
        query = dict.fromkeys(everything, value)
        headers = HX if number % 2 else {}
        must_answer(somebody, "get", url, query, headers=headers)
    for parameter in sorted(known):
        for value in SHARPEST:
            must_answer(somebody, "get", url, {parameter: value})
    for value in RAW:
        query_string = "&".join(f"{parameter}={value}" for parameter in everything)
        must_answer(somebody, "get", f"{url}?{query_string}")
    repeated = "&".join(f"{parameter}=1&{parameter}=x" for parameter in everything)
    must_answer(somebody, "get", f"{url}?{repeated}")


@pytest.mark.parametrize("name", PLACES)
def test_pieces_of_an_address(somebody: Client, name: str) -> None:
    for piece in PATHS:
        url = "/" + re.sub(r"<[^>]+>", piece.replace("\\", r"\\"), OURS[name])
        for method in ("get", "post"):
            answer = must_answer(somebody, method, url)
            assert answer.status_code != 200 or TABLE[name].get is not None


@pytest.mark.parametrize("name", WRITTEN)
def test_fields_of_a_form(somebody: Client, name: str) -> None:
    access = TABLE[name]
    url = address(name, access)
    fields = fields_of(somebody, name, url, access)
    for field in sorted(fields):
        for value in SHARP:
            must_answer(somebody, "post", url, fields | {field: value})
        must_answer(somebody, "post", url, fields | {field: [fields[field], "x"]})
        must_answer(somebody, "post", url, fields | {field: ""})
    must_answer(somebody, "post", url, dict.fromkeys(fields, "x" * 300))
    must_answer(somebody, "post", url, {})


@pytest.mark.parametrize("name", WRITTEN)
def test_bodies_that_are_no_form(somebody: Client, name: str) -> None:
    url = address(name, TABLE[name])
    multipart = "multipart/form-data"
    for kind, body in (
        ("application/json", b'{"a": [' * 1000),
        ("text/plain", b"\x00\xff\xfe"),
        (multipart, b"no boundary"),
        (f"{multipart}; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a'),
        ("application/x-www-form-urlencoded", b"title=%ED%A0%80&name=%FF&q=%00&=&&"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"title=+AGE-"),
        ("application/x-www-form-urlencoded; charset=none", b"title=a"),
        ("application/x-www-form-urlencoded", b"a=1&" * 1001),
        ("application/x-www-form-urlencoded", b"title=" + b"x" * (3 * 1024 * 1024)),
    ):
        must_answer(somebody, "generic", "POST", url, body, content_type=kind)


def fields_of(client: Client, name: str, url: str, access: Access) -> dict[str, Any]:
    """The fields of the form that leads to ``url``, from whatever page shows it, with
    values the form would accept where the table declares them."""
    found: dict[str, Any] = {}
    for page in {url, url.rsplit("/", 2)[0] + "/"}:
        if not shows(page):
            continue
        for form in forms(client.get(page).content.decode()):
            action = urlsplit(form.action).path or page
            if form.method == "post" and leads_to(action) == name:
                found |= form.fields
    found.pop("csrfmiddlewaretoken", None)
    return found | dict(access.data)


def shows(page: str) -> bool:
    name = leads_to(page)
    return name in TABLE and TABLE[name].get is not None


def leads_to(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def test_forms_are_found_where_pages_have_them(somebody: Client) -> None:
    """Guards the guard: without forms the tests above would pass for nothing."""
    found = {
        name: fields_of(somebody, name, address(name, TABLE[name]), TABLE[name])
        for name in WRITTEN
    }
    assert {"title", "severity"} <= found["incidents:new"].keys()
    assert {"roles"} <= found["people:roles"].keys()
    assert {"theme", "time_zone"} <= found["people:preferences"].keys()
