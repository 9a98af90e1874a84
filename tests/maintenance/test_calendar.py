"""The month: what it shows, what it costs, and what it makes of strange addresses."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from maintenance import jobs
from maintenance.models import Occurrence
from tests.factories import make_team
from tests.maintenance.factories import make_duty, make_series, own_queries

BERLIN = ZoneInfo("Europe/Berlin")
NOVEMBER = "/maintenance/2026/11/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon_on_the_tenth():
    with time_machine.travel(datetime(2026, 11, 10, 12, tzinfo=BERLIN), tick=False):
        yield


@pytest.fixture
def reader(sign_in, viewer):
    return sign_in(viewer)


def test_the_plain_address_shows_the_present_month(reader):
    make_duty(date(2026, 11, 30), series=make_series("OS updates"))
    page = reader.get("/maintenance/").content.decode()
    assert ">November 2026, Europe/Berlin</caption>" in page
    assert "OS updates" in page


def test_a_duty_is_named_by_title_owner_and_how_it_stands(reader):
    make_duty(date(2026, 11, 2), series=make_series("OS updates"))
    page = reader.get(NOVEMBER).content.decode()
    assert 'aria-label="OS updates, Infrastructure, overdue 8 days"' in page
    assert ">Overdue 8 days<" in page


def test_a_full_day_shows_four_duties_and_leads_to_the_others(reader):
    team = make_team("Security")
    for number in range(7):
        make_duty(date(2026, 11, 30), series=make_series(f"Number {number}", team=team))
    page = reader.get(f"{NOVEMBER}?team=security").content.decode()
    assert page.count("event-title") == 4
    assert "+3 more" in page
    assert "?team=security&amp;from=2026-11-30&amp;to=2026-11-30" in page


def test_open_duties_come_before_closed_ones_in_a_cell(reader):
    make_duty(date(2026, 11, 30), series=make_series("A closed one"), state="missed")
    make_duty(date(2026, 11, 30), series=make_series("Z open one"))
    page = reader.get(NOVEMBER).content.decode()
    assert page.index("Z open one") < page.index("A closed one")


def test_cancelled_dates_are_not_shown(reader):
    make_duty(date(2026, 11, 30), series=make_series("Gone"), state="cancelled")
    assert "Gone" not in reader.get(NOVEMBER).content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("team=security", {"Audit"}),
        ("state=open", {"Audit", "Late", "Grace", "Later"}),
        ("state=overdue", {"Late"}),
        ("state=missed", {"Lost"}),
        ("state=done", {"Finished"}),
        ("team=security&state=overdue", set()),
        ("team=nobody", set()),
        ("state=nonsense", {"Audit", "Late", "Grace", "Later", "Lost", "Finished"}),
    ],
)
def test_filters_narrow_the_month(reader, viewer, query, shown):
    security = make_team("Security")
    make_duty(date(2026, 11, 15), series=make_series("Audit", team=security))
    make_duty(date(2026, 11, 2), series=make_series("Late"))
    make_duty(date(2026, 11, 6), series=make_series("Grace"))
    make_duty(date(2026, 11, 28), series=make_series("Later"))
    make_duty(date(2026, 11, 3), series=make_series("Lost"), state="missed")
    make_duty(
        date(2026, 11, 9),
        series=make_series("Finished"),
        state="completed",
        completed_by=viewer,
        completed_at=datetime(2026, 11, 9, tzinfo=BERLIN),
    )
    page = reader.get(f"{NOVEMBER}?{query}").content.decode()
    titles = {"Audit", "Late", "Grace", "Later", "Lost", "Finished"}
    assert {title for title in titles if f">{title}<" in page} == shown


def test_the_legend_counts_what_each_team_has_overdue(reader):
    make_duty(date(2026, 11, 2))
    make_duty(date(2026, 11, 7))
    page = reader.get(NOVEMBER).content.decode()
    assert "1 overdue" in page


def test_the_months_at_both_ends_of_the_calendar_have_one_neighbour(reader):
    first = reader.get("/maintenance/0001/01/").content.decode()
    last = reader.get("/maintenance/9999/12/").content.decode()
    assert "January 0001" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert "December 9999" in last
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last


@pytest.mark.parametrize(
    "path",
    [
        "0000/01",
        "2026/00",
        "2026/13",
        "2026/1",
        "26/01",
        "10000/01",
        "-001/01",
        "2026/aa",
        "%00/01",
        "\u0662\u0660\u0662\u0666/\u0660\u0661",
    ],
)
def test_a_month_that_does_not_exist_is_not_found(reader, path):
    assert reader.get(f"/maintenance/{path}/").status_code in {400, 404}


def test_the_query_count_does_not_grow_with_the_number_of_series(
    reader, django_assert_max_num_queries
):
    teams = [make_team(f"Team number {number}") for number in range(4)]
    for number in range(300):
        make_series(team=teams[number % 4])
    jobs.top_up()
    assert Occurrence.objects.filter(due_date=date(2026, 11, 30)).count() == 300
    reader.get(NOVEMBER)
    with django_assert_max_num_queries(12) as captured:
        page = reader.get(NOVEMBER).content
    assert len(own_queries(captured)) == 2
    assert len(page) < 150_000


def test_people_without_a_role_are_told_which_one_reads_the_calendar(sign_in):
    from tests.factories import make_user

    answer = sign_in(make_user(name="Nobody Yet")).get(NOVEMBER)
    assert answer.status_code == 403
    assert "viewer" in answer.content.decode().lower()


def test_anonymous_people_are_sent_to_sign_in(client):
    answer = client.get(NOVEMBER)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_calendar_is_only_read(reader, method):
    for name in ("calendar", "agenda"):
        answer = getattr(reader, method)(reverse(f"maintenance:{name}"))
        assert answer.status_code == 405


def test_looking_changes_nothing(reader):
    make_duty(date(2026, 11, 1) - timedelta(days=40))
    before = list(Occurrence.objects.values())
    reader.get(NOVEMBER)
    reader.get("/maintenance/agenda/")
    assert list(Occurrence.objects.values()) == before
