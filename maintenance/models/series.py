"""A duty that comes back, as the rule a team agreed to."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from maintenance import recurrence
from maintenance.recurrence import (
    DayOfMonth,
    LastDay,
    NthWeekday,
    Rule,
    ShortMonth,
    Unit,
    Weekdays,
)
from portal.accounts.models import TIME_ZONES, Team


def validate_time_zone(name: str) -> None:
    """Refuse anything that is not the name of an IANA time zone."""
    if name not in TIME_ZONES:
        raise ValidationError("Choose a known time zone.", code="unknown_zone")


class Series(models.Model):
    """One recurring duty of one team: what is to be done, how often, and how late.

    The rule is wall clock: local days in `time_zone`. Its dates become Occurrence
    rows ahead of time (up to `generated_until`); pages read those rows, never the
    rule. Numbers of days are whole local days (runbook, Maintenance Schedule).
    """

    class Pattern(models.TextChoices):
        EVERY = "every", "Every day counted"
        WEEKDAYS = "weekdays", "Weekdays"
        DAY = "day", "Day of the month"
        LAST_DAY = "last_day", "Last day of the month"
        NTH_WEEKDAY = "nth_weekday", "Weekday of the month"

    class OnMissed(models.TextChoices):
        CARRY = "carry", "Stays open and overdue"
        SUPERSEDE = "supersede", "Becomes missed when the next one opens"

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    instructions = models.TextField(blank=True)
    checklist = models.JSONField(default=list, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="duty_series")
    unit = models.CharField(max_length=8, choices=[(u.value, u.value) for u in Unit])
    interval = models.PositiveSmallIntegerField(default=1)
    anchor = models.DateField()
    pattern = models.CharField(max_length=12, choices=Pattern)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    month_day = models.PositiveSmallIntegerField(null=True, blank=True)
    nth = models.SmallIntegerField(null=True, blank=True)
    short_month = models.CharField(
        max_length=8,
        choices=[(s.value, s.value) for s in ShortMonth],
        default=ShortMonth.CLAMP.value,
    )
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    lead_days = models.PositiveSmallIntegerField()
    grace_days = models.PositiveSmallIntegerField()
    on_missed = models.CharField(max_length=12, choices=OnMissed)
    evidence_required = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    generated_until = models.DateField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["title", "pk"]
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(
                name="series_interval_known", condition=Q(interval__range=(1, 366))
            ),
            models.CheckConstraint(
                name="series_pattern_complete",
                condition=Q(unit="day", pattern="every")
                | Q(unit="week", pattern="weekdays", weekdays__len__gt=0)
                | Q(unit__in=["month", "year"])
                & (
                    Q(pattern="last_day")
                    | Q(
                        pattern="day",
                        month_day__isnull=False,
                        month_day__range=(1, 31),
                    )
                    | Q(
                        pattern="nth_weekday",
                        nth__isnull=False,
                        nth__in=[-1, 1, 2, 3, 4],
                        weekdays__len=1,
                    )
                ),
            ),
            models.CheckConstraint(
                name="series_days_sensible",
                condition=Q(lead_days__lte=366, grace_days__lte=366),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("maintenance:series", args=[self.slug])

    @property
    def rule(self) -> Rule:
        """The rule of the columns; raises RuleError when they contradict."""
        return Rule(Unit(self.unit), self.anchor, self.interval, self._pattern())

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days this series counts."""
        return ZoneInfo(self.time_zone)

    @property
    def rule_in_words(self) -> str:
        """How often, as a person would say it."""
        return recurrence.describe(self.rule)

    def days_around(self, nominal: date) -> tuple[date, date]:
        """The first day a date may be completed on, and the last day of its grace."""
        opens = max(nominal.toordinal() - self.lead_days, 1)
        room = (date.max - nominal).days
        grace_ends = nominal + timedelta(days=min(self.grace_days, room))
        return date.fromordinal(opens), grace_ends

    def _pattern(self) -> recurrence.Pattern | None:
        match self.pattern:
            case self.Pattern.WEEKDAYS:
                return Weekdays(tuple(self.weekdays))
            case self.Pattern.DAY:
                return DayOfMonth(self.month_day or 0, ShortMonth(self.short_month))
            case self.Pattern.LAST_DAY:
                return LastDay()
            case self.Pattern.NTH_WEEKDAY:
                return NthWeekday(self.nth or 0, *self.weekdays)
        return None


def columns(rule: Rule) -> dict[str, Any]:
    """The columns of a Series that hold this rule; the inverse of `Series.rule`."""
    common = {"unit": rule.unit.value, "interval": rule.interval, "anchor": rule.anchor}
    match rule.on:
        case Weekdays(days):
            return common | _columns(Series.Pattern.WEEKDAYS, weekdays=days)
        case DayOfMonth(day, short_month):
            chosen = _columns(Series.Pattern.DAY, month_day=day)
            return common | chosen | {"short_month": short_month.value}
        case LastDay():
            return common | _columns(Series.Pattern.LAST_DAY)
        case NthWeekday(nth, weekday):
            pattern = Series.Pattern.NTH_WEEKDAY
            return common | _columns(pattern, nth=nth, weekdays=(weekday,))
    return common | _columns(Series.Pattern.EVERY)


def _columns(
    pattern: Series.Pattern,
    *,
    weekdays: Sequence[int] = (),
    month_day: int | None = None,
    nth: int | None = None,
) -> dict[str, Any]:
    return {
        "pattern": pattern.value,
        "weekdays": list(weekdays),
        "month_day": month_day,
        "nth": nth,
    }
