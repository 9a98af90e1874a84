"""Reads that are more than one model's own."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Prefetch, Q, QuerySet, TextChoices

from incidents import sla
from incidents.models import Clock, Incident, Severity, SeverityPolicy
from incidents.models.incidents import IncidentQuerySet
from portal.accounts.models import Team, User
from portal.accounts.roles import Role

COUNT_CAP = 100


class Tab(TextChoices):
    """The lists a person chooses from."""

    OPEN = "open", "Open"
    MINE = "mine", "Mine"
    ALL = "all", "All"


@dataclass(frozen=True)
class TabLink:
    """One tab with its count, which says "99+" rather than count a large table."""

    tab: Tab
    count: str


@dataclass(frozen=True)
class Row:
    """One incident of a list, with its response clock read."""

    incident: Incident
    clock: sla.Reading | None


@dataclass(frozen=True)
class Choice:
    """One severity as the declaration offers it: what it means, what it promises."""

    severity: Severity
    tone: str
    policy: SeverityPolicy
    answer_by: str


def database_now() -> dt.datetime:
    """The database server's time now: the only clock promises are judged by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now


def listed(tab: str, user: User) -> IncidentQuerySet:
    """The incidents behind a tab."""
    match tab:
        case Tab.MINE:
            return Incident.objects.mine(user)
        case Tab.ALL:
            return Incident.objects.all()
        case _:
            return Incident.objects.live()


def filtered(
    tab: str, user: User, *, severity: str = "", text: str = ""
) -> IncidentQuerySet:
    """The rows of a list page: one tab, narrowed."""
    found = listed(tab, user).for_rows()
    if severity:
        found = found.filter(severity=severity)
    return found.matching(text) if text else found


def order_of(tab: str) -> tuple[str, ...]:
    """Live incidents by weight and then age, the newest first; all by age alone."""
    by_age = ("-declared_at", "-pk")
    return by_age if tab == Tab.ALL else ("severity", *by_age)


def tabs(user: User) -> list[TabLink]:
    """Every tab, with counts in one bounded query each."""
    counts = ((tab, listed(tab, user).order_by()[:COUNT_CAP].count()) for tab in Tab)
    return [
        TabLink(tab, f"{COUNT_CAP - 1}+" if count == COUNT_CAP else str(count))
        for tab, count in counts
    ]


def rows(incidents: Iterable[Incident], *, now: dt.datetime) -> list[Row]:
    """List rows; the incidents come from ``for_rows()``."""
    pairs = ((incident, incident.response_clock) for incident in incidents)
    return [
        Row(incident, clock.reading(now=now) if clock else None)
        for incident, clock in pairs
    ]


def with_facts() -> QuerySet[Incident]:
    """Incidents with everything their page tells about them."""
    clocks = Prefetch("clocks", queryset=Clock.objects.select_related("policy"))
    people = ("team", "lead", "declared_by", "acknowledged_by", "resolved_by")
    return Incident.objects.select_related(*people).prefetch_related(clocks, "services")


def unseen(incident: Incident, *, since: int) -> int:
    """How many entries are newer than the newest one a page shows; stops at 100."""
    return incident.timeline.filter(pk__gt=since)[:COUNT_CAP].count()


def last_resolved() -> Incident | None:
    """The latest incident that was put right, for an empty list to mention."""
    return Incident.objects.filter(status="resolved").order_by("-resolved_at").first()


def choices(team: Team | None, *, now: dt.datetime) -> list[Choice]:
    """Each severity with the deadline it would give, were it declared now."""
    calendar = sla.Calendar.of(team.time_zone if team else settings.PORTAL_TIME_ZONE)
    return [
        Choice(
            severity=Severity(policy.severity),
            tone=Severity(policy.severity).tone,
            policy=policy,
            answer_by=sla.answer_by(
                sla.deadline(policy.response_target, now, calendar),
                now=now,
                zone=calendar.zone,
            ),
        )
        for policy in SeverityPolicy.objects.current()
    ]


def responders() -> QuerySet[User]:
    """Active accounts that may work on incidents, by name."""
    return User.objects.filter(is_active=True, groups__name=Role.ENGINEER).order_by(
        "name", "pk"
    )


def audience(incident: Incident) -> QuerySet[User]:
    """Who is told about a new incident: the owning team; every engineer as well when
    it is critical or when no team owns it (runbook, Severity Classification)."""
    members = Q(memberships__team=incident.team_id)
    everybody = Q(groups__name=Role.ENGINEER)
    if incident.team_id is None:
        wanted = everybody
    elif incident.severity == Severity.CRITICAL:
        wanted = members | everybody
    else:
        wanted = members
    return User.objects.filter(wanted, is_active=True).distinct()
