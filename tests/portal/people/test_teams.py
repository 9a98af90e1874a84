"""Teams are read by everybody and kept by administrators."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Team, TeamMembership, User
from portal.audit.models import AuditEvent
from portal.exceptions import DomainError, ForbiddenError
from portal.people.services import accounts, teams
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db
FIELDS = {"name": "Payments", "letter": "P", "colour": 3, "time_zone": "Europe/Berlin"}


def level_in(team: Team, user: User) -> str:
    row = TeamMembership.objects.filter(team=team, user=user).first()
    return "none" if row is None else "lead" if row.is_lead else "member"


def test_everybody_reads_the_teams(
    sign_in: Callable[..., Client], viewer: User, lead: User, team: Team
) -> None:
    client = sign_in(viewer)
    assert lead.name in client.get(reverse("people:teams")).content.decode()
    page = client.get(reverse("people:team", args=[team.slug])).content.decode()
    assert lead.name in page
    assert "Make lead" not in page


def test_an_administrator_founds_a_team(
    sign_in: Callable[..., Client], administrator: User
) -> None:
    response = sign_in(administrator).post(reverse("people:team_new"), FIELDS)
    assert response.status_code == 303
    team = Team.objects.get()
    assert (team.slug, team.letter, team.colour) == ("payments", "P", 3)
    assert AuditEvent.objects.get(action="team.created").actor == administrator


@pytest.mark.parametrize("name", ["New", "new", "Ünïcödé", "漢字", "x" * 80])
def test_every_name_gets_an_address_of_its_own(administrator: User, name: str) -> None:
    fields = FIELDS | {"name": name}
    first = teams.create_team(**fields, actor=administrator)  # type: ignore[arg-type]
    assert first.slug not in {"", "new"}
    assert reverse("people:team", args=[first.slug])
    other = teams.create_team(
        **(fields | {"name": name[:-1] + "?"}),  # type: ignore[arg-type]
        actor=administrator,
    )
    assert other.slug != first.slug


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "infrastructure"},
        {"name": "x" * 81},
        {"letter": "p"},
        {"letter": "P\n"},
        {"letter": "12"},
        {"colour": 9},
        {"colour": "9" * 5000},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
    ],
)
def test_a_poor_team_is_refused(
    sign_in: Callable[..., Client],
    administrator: User,
    team: Team,
    change: dict[str, Any],
) -> None:
    response = sign_in(administrator).post(reverse("people:team_new"), FIELDS | change)
    assert response.status_code == 422
    assert Team.objects.get() == team


def test_settings_change_and_say_what_they_were(
    sign_in: Callable[..., Client], administrator: User, team: Team
) -> None:
    url = reverse("people:team_settings", args=[team.slug])
    client = sign_in(administrator)
    assert client.get(url).status_code == 200
    assert client.post(url, FIELDS).status_code == 303
    event = AuditEvent.objects.get(action="team.edited")
    assert event.data["name"] == {"before": "Infrastructure", "after": "Payments"}
    client.post(url, FIELDS)
    assert AuditEvent.objects.filter(action="team.edited").count() == 1


def test_a_name_taken_meanwhile_is_a_conflict(administrator: User, team: Team) -> None:
    other = make_team("Payments")
    with pytest.raises(DomainError, match="already"):
        teams.edit_team(
            other,
            name=team.name,
            letter="P",
            colour=1,
            time_zone="UTC",
            actor=administrator,
        )


@pytest.mark.parametrize("level", ["member", "lead"])
def test_people_join_and_leave(
    sign_in: Callable[..., Client],
    administrator: User,
    viewer: User,
    team: Team,
    level: str,
) -> None:
    client = sign_in(administrator)
    by_team = reverse("people:members", args=[team.slug])
    by_person = reverse("people:memberships", args=[viewer.pk])
    answer = client.post(by_team, {"user": viewer.pk, "level": level})
    assert answer.status_code == 303
    assert level_in(team, viewer) == level
    event = AuditEvent.objects.get(action="membership.changed")
    assert event.data["level"] == {"before": "none", "after": level}
    answer = client.post(by_person, {"team": team.pk, "level": "none"})
    assert answer.status_code == 303
    assert level_in(team, viewer) == "none"


def test_saying_the_same_again_changes_and_records_nothing(
    administrator: User, lead: User, team: Team
) -> None:
    teams.set_membership(team, user=lead, level="lead", actor=administrator)
    assert not AuditEvent.objects.filter(action="membership.changed").exists()


@pytest.mark.parametrize(
    "data",
    [{}, {"user": "1' OR 1=1"}, {"user": "9" * 40}, {"user": 1, "level": "owner"}],
)
def test_a_poor_membership_is_refused(
    sign_in: Callable[..., Client],
    administrator: User,
    team: Team,
    data: dict[str, Any],
) -> None:
    client = sign_in(administrator)
    url = reverse("people:members", args=[team.slug])
    assert client.post(url, data).status_code == 422
    url = reverse("people:memberships", args=[administrator.pk])
    data = {"team": data.get("user", ""), "level": "owner"}
    assert client.post(url, data).status_code == 422
    assert not TeamMembership.objects.exists()


def test_a_deactivated_account_joins_no_team_but_can_be_taken_out(
    administrator: User, engineer: User, team: Team
) -> None:
    accounts.deactivate(engineer, reason="Left.", actor=administrator)
    engineer.refresh_from_db()
    with pytest.raises(DomainError, match="deactivated"):
        teams.set_membership(
            make_team("Web"), user=engineer, level="member", actor=administrator
        )
    teams.set_membership(team, user=engineer, level="none", actor=administrator)
    assert level_in(team, engineer) == "none"


def test_a_lead_does_not_keep_the_team(
    sign_in: Callable[..., Client], lead: User, viewer: User, team: Team
) -> None:
    client = sign_in(lead)
    url = reverse("people:members", args=[team.slug])
    assert client.post(url, {"user": viewer.pk, "level": "lead"}).status_code == 403
    with pytest.raises(ForbiddenError):
        teams.set_membership(team, user=viewer, level="lead", actor=lead)
    assert client.get(reverse("people:team_new")).status_code == 403


def test_an_unknown_team_is_not_found(
    sign_in: Callable[..., Client], administrator: User
) -> None:
    client = sign_in(administrator)
    for name in ("team", "team_settings"):
        assert client.get(reverse(f"people:{name}", args=["none"])).status_code == 404


def test_the_lists_cost_the_same_however_many_teams_there_are(
    sign_in: Callable[..., Client],
    viewer: User,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(12):
        team = make_team(f"Team number {number}")
        for _ in range(3):
            make_user("viewer", team=team, lead=True)
    client = sign_in(viewer)
    client.get(reverse("people:teams"))
    with django_assert_max_num_queries(8):
        client.get(reverse("people:teams"))
    with django_assert_max_num_queries(8):
        client.get(reverse("people:team", args=[team.slug]))
