"""The agenda: a list of days, from today on, with what is still open from before."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.maintenance.corpus import BAD_TEXTS
from tests.maintenance.factories import make_duty, make_series, own_queries

BERLIN = ZoneInfo("Europe/Berlin")
AGENDA = "/maintenance/agenda/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon_on_the_tenth():
    with time_machine.travel(datetime(2026, 11, 10, 12, tzinfo=BERLIN), tick=False):
        yield


@pytest.fixture
def reader(sign_in, viewer):
    return sign_in(viewer)


def titles(page):
    found = ("Old open", "Old missed", "Soon", "Later")
    return [title for title in found if f">{title}<" in page.content.decode()]


@pytest.fixture
def _duties():
    make_duty(date(2026, 9, 30), series=make_series("Old open"))
    make_duty(date(2026, 10, 1), series=make_series("Old missed"), state="missed")
    make_duty(date(2026, 11, 12), series=make_series("Soon"))
    make_duty(date(2027, 1, 31), series=make_series("Later"))


@pytest.mark.usefixtures("_duties")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Old open", "Soon", "Later"]),
        ("?from=2026-10-01", ["Old missed", "Soon", "Later"]),
        ("?from=2026-10-01&to=2026-11-12", ["Old missed", "Soon"]),
        ("?to=2026-11-12", ["Old open", "Soon"]),
        ("?state=overdue", ["Old open"]),
        ("?state=missed", ["Old missed"]),
        ("?from=2027-02-01", []),
        ("?from=9999-12-31&to=0001-01-01", []),
    ],
)
def test_the_span_and_the_state_decide_what_is_listed(reader, query, shown):
    assert titles(reader.get(AGENDA + query)) == shown


def test_an_empty_agenda_says_so_and_offers_the_way_back(reader):
    page = reader.get(f"{AGENDA}?from=2030-01-01").content.decode()
    assert "No duties match" in page
    assert f'href="{AGENDA}"' in page


def test_a_long_agenda_is_read_page_by_page_without_a_gap(reader):
    series = make_series()
    for day in range(1, 29):
        make_duty(date(2027, 1, day), series=series)
        make_duty(date(2027, 2, day), series=series)
    seen, path = [], AGENDA
    while path:
        page = reader.get(path)
        seen += [event.duty.due_date for event in page.context["events"]]
        cursor = page.context["page"].next_cursor
        path = f"{AGENDA}?after={cursor}" if cursor else ""
    assert len(seen) == 56
    assert seen == sorted(set(seen))


@pytest.mark.usefixtures("_duties")
def test_its_query_count_is_fixed(reader, django_assert_max_num_queries):
    reader.get(AGENDA)
    with django_assert_max_num_queries(12) as captured:
        reader.get(AGENDA)
    assert len(own_queries(captured)) == 2


@pytest.mark.parametrize("name", ["from", "to", "team", "state", "after", "other"])
@pytest.mark.parametrize("path", [AGENDA, "/maintenance/2026/11/"])
def test_bad_parameters_never_break_the_page(reader, path, name):
    answers = {text: reader.get(path, {name: text}).status_code for text in BAD_TEXTS}
    assert set(answers.values()) <= {200, 400}


def test_a_bad_parameter_is_left_out_and_said(reader):
    page = reader.get(AGENDA, {"from": "2026-02-30"}).content.decode()
    assert "could not be understood" in page
