"""Keyset pages over real rows."""

import pytest
from django.core import signing
from django.db.models import CharField, F, Value
from django.db.models.functions import NullIf

from portal.accounts.models import Team
from portal.web import paging
from tests.factories import make_team

pytestmark = pytest.mark.django_db
ORDER = ("colour", "-pk")
GARBAGE = [
    "x",
    "a:b:c",
    "\x00",
    "é" * 10,
    "." * 1024,
    "eyJ9:1:2",
    "-1",
    "null",
    "\ud800",
]


@pytest.fixture
def teams():
    for number in range(9):
        make_team(f"Team {number}", colour=number % 3 + 1)
    return Team.objects.all()


def walk(queryset, order, size=2):
    cursor, seen = "", []
    while cursor is not None:
        page = paging.keyset(queryset, order=order, cursor=cursor, size=size)
        seen += [row.pk for row in page.rows]
        cursor = page.next_cursor
    return seen


@pytest.mark.parametrize(
    "order", [("pk",), ("-pk",), ORDER, ("-colour", "pk"), ("-colour", "name", "pk")]
)
def test_walking_the_pages_meets_every_row_once_in_order(teams, order):
    assert walk(teams, order) == list(
        teams.order_by(*order).values_list("pk", flat=True)
    )


@pytest.mark.parametrize("order", [("letters", "pk"), ("-letters", "-pk")])
def test_rows_without_a_value_have_their_place(teams, order):
    odd = teams.annotate(
        letters=NullIf(F("name"), Value("Team 4"), output_field=CharField())
    )
    assert walk(odd, order) == list(odd.order_by(*order).values_list("pk", flat=True))


def test_a_page_costs_one_query(teams, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = paging.keyset(teams, order=ORDER, size=4)
    assert len(page) == 4
    assert page.next_cursor
    assert page.is_first


def test_rows_added_before_the_cursor_do_not_shift_the_next_page(teams):
    first = paging.keyset(teams, order=("-pk",), size=4)
    make_team("Newest")
    second = paging.keyset(teams, order=("-pk",), cursor=first.next_cursor, size=4)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


@pytest.mark.parametrize("cursor", GARBAGE)
def test_garbage_gives_the_first_page_and_says_so(teams, cursor):
    page = paging.keyset(teams, order=ORDER, cursor=cursor, size=4)
    assert page.refused
    assert page.is_first
    assert len(page) == 4


def test_a_cursor_of_another_list_is_refused(teams):
    other = paging.keyset(teams, order=("name", "pk"), size=2).next_cursor
    assert paging.keyset(teams, order=ORDER, cursor=other).refused


def test_a_cursor_cannot_be_forged(teams):
    forged = signing.dumps([list(ORDER), [["i", "1"], ["i", "1"]]], salt="mine")
    assert paging.keyset(teams, order=ORDER, cursor=forged).refused


def test_an_order_that_cannot_be_written_down_is_a_programming_error():
    with pytest.raises(TypeError):
        paging._packed(object())
