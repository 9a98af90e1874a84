"""When each recurring piece of work last ran, and when it is due."""

from django.db import models
from django.db.models.functions import Now


class SweepItem(models.Model):
    """One registered piece of recurring work (``name``), shared by every worker.

    ``due_at`` is moved forward before the work starts, so a crash waits one round and
    never spins. The row named ``tick`` says when anything last swept.
    """

    name = models.CharField(max_length=80, primary_key=True)
    due_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    worked = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
