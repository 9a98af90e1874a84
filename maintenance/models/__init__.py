"""Recurring duties and what became of each of their dates."""

from maintenance.models.occurrence import Occurrence, OccurrenceQuerySet
from maintenance.models.series import Series
from maintenance.models.standing import Standing

__all__ = ["Occurrence", "OccurrenceQuerySet", "Series", "Standing"]
