"""The page of a series: its rule in words, what comes next, what came before."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from maintenance import jobs
from tests.maintenance.factories import make_series, own_queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon_on_the_tenth():
    moment = datetime(2026, 11, 10, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    with time_machine.travel(moment, tick=False):
        yield


def test_it_shows_the_rule_the_next_dates_and_the_history(sign_in, viewer):
    series = make_series("OS updates", anchor=date(2026, 9, 30))
    jobs.top_up()
    page = sign_in(viewer).get(series.get_absolute_url()).content.decode()
    assert "Monthly, on the last day" in page
    upcoming, past = page.split(">History<")
    assert "30 November 2026" in upcoming
    assert "30 April 2027" in upcoming
    assert "31 May 2027" not in upcoming
    assert past.index("31 October 2026") < past.index("30 September 2026")
    assert "Overdue 41 days" in past


def test_a_new_series_says_that_nothing_is_known_yet(sign_in, viewer):
    page = sign_in(viewer).get(make_series().get_absolute_url()).content.decode()
    assert "No further dates are planned." in page
    assert "Nothing has been due yet." in page


@pytest.mark.parametrize("slug", ["nothing", "x" * 3000, "%2e%2e"])
def test_an_unknown_series_is_not_found(sign_in, viewer, slug):
    answer = sign_in(viewer).get(f"/maintenance/series/{slug}/")
    assert answer.status_code == 404


def test_its_query_count_is_fixed(sign_in, viewer, django_assert_max_num_queries):
    series = make_series(anchor=date(2024, 1, 31))
    jobs.top_up()
    client = sign_in(viewer)
    client.get(series.get_absolute_url())
    with django_assert_max_num_queries(12) as captured:
        client.get(series.get_absolute_url())
    assert len(own_queries(captured)) == 3
