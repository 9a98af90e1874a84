"""Recurring whole days, as pure arithmetic: no clock, no database, no Django.

Every occurrence is computed from the anchor, never from the occurrence before it,
so a clamped February does not pull March forward and no period is ever lost.
"""

from maintenance.recurrence.dates import between, first, starting
from maintenance.recurrence.patterns import (
    DayOfMonth,
    LastDay,
    NthWeekday,
    RuleError,
    ShortMonth,
    Weekdays,
)
from maintenance.recurrence.rule import Pattern, Rule, Unit
from maintenance.recurrence.words import describe

__all__ = [
    "DayOfMonth",
    "LastDay",
    "NthWeekday",
    "Pattern",
    "Rule",
    "RuleError",
    "ShortMonth",
    "Unit",
    "Weekdays",
    "between",
    "describe",
    "first",
    "starting",
]
