"""What the calendar adds to navigation, home, search and the sweep."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from maintenance import related
from portal.sweep import registry
from portal.web import navigation
from tests.factories import make_team, make_user
from tests.maintenance.factories import make_duty, make_series

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon_on_the_tenth():
    moment = datetime(2026, 11, 10, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    with time_machine.travel(moment, tick=False):
        yield


def test_home_lists_what_my_teams_owe_this_week_oldest_first(engineer, team):
    other = make_team("Security")
    make_duty(date(2026, 11, 17), series=make_series("This week", team=team))
    make_duty(date(2026, 11, 2), series=make_series("Overdue", team=team))
    make_duty(date(2026, 11, 18), series=make_series("Next week", team=team))
    make_duty(date(2026, 11, 12), series=make_series("Not mine", team=other))
    make_duty(date(2026, 11, 3), series=make_series(team=team), state="missed")
    rows = related.due_for(engineer)
    assert [(row.title, row.tone) for row in rows] == [
        ("Overdue", "bad"),
        ("This week", "info"),
    ]
    assert rows[0].detail == "Infrastructure, overdue 8 days: 2 Nov"
    assert rows[0].action == "Complete"


def test_home_asks_a_viewer_of_the_team_only_to_look(team):
    make_duty(date(2026, 11, 12), series=make_series(team=team))
    member = make_user("viewer", team=team)
    assert [row.action for row in related.due_for(member)] == ["Open"]


def test_home_has_nothing_for_people_without_a_team(viewer):
    make_duty(date(2026, 11, 12))
    assert related.due_for(viewer) == []


def test_search_finds_a_series_by_a_part_of_its_title(viewer):
    make_series("Backup tests", slug="backup-tests")
    (hit,) = related.find_series(viewer, "bACKup")
    assert hit.url == "/maintenance/series/backup-tests/"
    assert hit.detail == "Infrastructure, Monthly, on the last day"
    assert related.find_series(viewer, "%") == []
    assert related.find_series(make_user(), "backup") == []


def test_the_calendar_has_its_place_in_the_navigation(viewer):
    places = {item.label: item for item in navigation.items(viewer, "/maintenance/")}
    assert places["Maintenance"].active
    assert places["Maintenance"].mobile_label == "Calendar"
    assert "Maintenance" not in {i.label for i in navigation.items(make_user(), "/")}


def test_the_sweep_keeps_the_rows_ahead_and_notices_misses():
    every = {item.name: item.every for item in registry.items()}
    assert every["maintenance.horizon"] == 3600
    assert every["maintenance.missed"] <= 60
