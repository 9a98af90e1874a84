"""What the calendar pages read: rows only, in a fixed number of queries."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Window
from django.db.models.functions import Coalesce, RowNumber

from maintenance.models import Occurrence, OccurrenceQuerySet, Series, Standing
from portal.accounts.models import Team, User

EVENTS_PER_DAY = 4
UPCOMING_SHOWN = 6
PAST_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Event:
    """One duty on a calendar, and how it stands at the moment of looking."""

    duty: Occurrence
    standing: Standing

    @property
    def name(self) -> str:
        """What it is called aloud: "OS updates, Infrastructure, overdue 2 days"."""
        return f"{self.duty.series}, {self.duty.team}, {self.standing.words.lower()}"


@dataclass(frozen=True, slots=True)
class Owner:
    """A team that owns duties, and how many of them are past their grace."""

    team: Team
    overdue: int


@dataclass(slots=True)
class Day:
    """One cell of a month: its first few duties and how many there are beside."""

    date: date
    is_today: bool
    events: list[Event] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> int:
        """How many duties of the day the cell does not show."""
        return self.total - len(self.events)


Week = list[Day | None]


def calendar_zone() -> ZoneInfo:
    """The zone that decides which day is today on the calendar."""
    return ZoneInfo(settings.PORTAL_TIME_ZONE)


def month(shown: date, *, at: datetime, **filters: str) -> list[Week]:
    """The weeks, Monday first, of the month that holds a date; one query.

    Cells outside the month are None. Only the few duties a cell has room for are
    fetched, however many fall on the day.
    """
    today = at.astimezone(calendar_zone()).date()
    length = monthrange(shown.year, shown.month)[1]
    days = [
        Day(shown.replace(day=number), shown.replace(day=number) == today)
        for number in range(1, length + 1)
    ]
    for row in _fitting(days[0].date, days[-1].date, at, filters):
        day = days[row.due_date.day - 1]
        day.total = row.in_day
        day.events.append(Event(row, row.standing(at)))
    cells: Week = [None] * days[0].date.weekday() + list(days)
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def _fitting(
    start: date, end: date, at: datetime, filters: dict[str, str]
) -> Iterable[Any]:
    urgency = Case(When(state=Occurrence.State.OPEN, then=0), default=1)
    return (
        matching(at=at, **filters)
        .filter(due_date__range=(start, end))
        .annotate(
            in_day=Window(Count("pk"), partition_by="due_date"),
            place=Window(
                RowNumber(),
                partition_by="due_date",
                order_by=[urgency.asc(), F("series__title").asc(), F("pk").asc()],
            ),
        )
        .filter(place__lte=EVENTS_PER_DAY)
        .order_by("due_date", "place")
    )


def matching(*, at: datetime, team: str = "", state: str = "") -> OccurrenceQuerySet:
    """The duties a calendar shows, narrowed to a team's slug and a state word."""
    duties = Occurrence.objects.shown().select_related("series", "team")
    if team:
        duties = duties.filter(team__slug=team)
    match state:
        case "open":
            return duties.open()
        case "overdue":
            return duties.overdue(at)
        case "done":
            return duties.filter(state=Occurrence.State.COMPLETED)
        case "missed":
            return duties.filter(state=Occurrence.State.MISSED)
    return duties


def agenda(
    *, start: date | None, end: date | None, at: datetime, **filters: str
) -> OccurrenceQuerySet:
    """The duties of a span; without a start, what is open from before and onwards.

    A state that looks back (overdue, done, missed) has no implied start.
    """
    duties = matching(at=at, **filters)
    if end is not None:
        duties = duties.filter(due_date__lte=end)
    if start is not None:
        return duties.filter(due_date__gte=start)
    if filters.get("state", "") not in {"", "open"}:
        return duties
    today = at.astimezone(calendar_zone()).date()
    return duties.filter(Q(due_date__gte=today) | Q(state=Occurrence.State.OPEN))


def events(duties: Iterable[Occurrence], at: datetime) -> list[Event]:
    """Each duty with its standing at that instant."""
    return [Event(duty, duty.standing(at)) for duty in duties]


def history(series: Series, at: datetime) -> dict[str, list[Event]]:
    """A series' `upcoming` dates, soonest first, and its `past`, latest first.

    Past is what is closed or was due before today; two queries.
    """
    today = at.astimezone(series.zone).date()
    rows = series.occurrences.shown().select_related("series", "completed_by")
    ahead = Q(state=Occurrence.State.OPEN, due_date__gte=today)
    past = rows.exclude(ahead).order_by("-due_date", "-pk")
    return {
        "upcoming": events(rows.filter(ahead)[:UPCOMING_SHOWN], at),
        "past": events(past[:PAST_SHOWN], at),
    }


def owners(at: datetime) -> list[Owner]:
    """The teams that own duties, and how much each has overdue; one query."""
    overdue = (
        Occurrence.objects.overdue(at)
        .filter(team=OuterRef("pk"))
        .order_by()
        .values("team")
        .annotate(number=Count("pk"))
        .values("number")
    )
    teams = Team.objects.filter(
        Exists(Series.objects.filter(team=OuterRef("pk")))
    ).annotate(overdue=Coalesce(Subquery(overdue), Value(0)))
    return [Owner(team, team.overdue) for team in teams]


def pressing(user: User, at: datetime, *, limit: int = 10) -> list[Event]:
    """What the person's teams have open and due within seven days, oldest first."""
    if not user.team_ids:
        return []
    week = at.astimezone(calendar_zone()).date() + timedelta(days=7)
    duties = (
        Occurrence.objects.open()
        .filter(team__in=user.team_ids, due_date__lte=week)
        .select_related("series", "team")
        .order_by("due_date", "pk")[:limit]
    )
    return events(duties, at)
