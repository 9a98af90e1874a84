"""The runbook's maintenance schedule, as the portal starts out with it."""

from datetime import date

import pytest
from django.utils import timezone

from maintenance import services
from maintenance.models import Occurrence, Series
from portal.accounts.models import Team
from portal.audit.models import AuditEvent
from tests.factories import make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def _teams():
    for name in ("Infrastructure", "Development", "DevOps", "Security"):
        make_team(name, time_zone="Europe/Berlin")


@pytest.mark.usefixtures("_teams")
@pytest.mark.parametrize(
    ("slug", "owner", "words", "lead", "grace", "evidence"),
    [
        ("os-updates", "Infrastructure", "Monthly, on the last day", 10, 5, False),
        ("dependency-updates", "Development", "Weekly, on Monday", 3, 2, False),
        (
            "backup-tests",
            "DevOps",
            "Quarterly (31 Mar, 30 Jun, 30 Sep, 31 Dec)",
            21,
            14,
            True,
        ),
        ("security-audits", "Security", "Twice a year (31 Mar, 30 Sep)", 45, 30, True),
    ],
)
def test_the_schedule_of_the_runbook_is_kept_to_the_word(
    slug, owner, words, lead, grace, evidence
):
    services.ensure_runbook_series()
    series = Series.objects.get(slug=slug)
    assert (series.team.name, series.rule_in_words) == (owner, words)
    assert (series.lead_days, series.grace_days) == (lead, grace)
    assert series.evidence_required is evidence
    assert series.time_zone == "Europe/Berlin"


@pytest.mark.usefixtures("_teams")
def test_nothing_is_overdue_on_the_first_day():
    services.ensure_runbook_series()
    assert not Occurrence.objects.overdue(timezone.now()).exists()
    assert Occurrence.objects.count() > 100


@pytest.mark.usefixtures("_teams")
def test_it_can_start_in_the_past():
    services.ensure_runbook_series(since=date(2026, 1, 1))
    first = Series.objects.get(slug="security-audits").occurrences.first()
    assert first.due_date == date(2026, 3, 31)


@pytest.mark.usefixtures("_teams")
def test_a_second_time_changes_nothing():
    assert len(services.ensure_runbook_series()) == 7
    assert services.ensure_runbook_series() == []
    assert AuditEvent.objects.filter(action="series.created").count() == 7


def test_it_says_which_team_is_missing():
    with pytest.raises(Team.DoesNotExist, match="infrastructure"):
        services.ensure_runbook_series()
