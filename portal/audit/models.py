"""The append-only, hash-chained record of everything that was done."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models

GENESIS = "0" * 64

CHAIN = """
    PERFORM pg_advisory_xact_lock(hashtext('audit_chain'));
    SELECT seq + 1, hash INTO NEW.seq, NEW.prev_hash
        FROM audit_auditevent ORDER BY seq DESC LIMIT 1;
    IF NOT FOUND THEN
        NEW.seq := 1;
        NEW.prev_hash := repeat('0', 64);
    END IF;
    NEW.at := clock_timestamp();
    NEW.hash := audit_event_hash(NEW);
    RETURN NEW;
"""


class AuditEvent(models.Model):
    """One thing that somebody, or the system, did to one object.

    The database numbers, dates and chains the rows: ``hash`` is the SHA-256 over
    every other column and the previous row's hash, so an altered row breaks its own
    hash and a removed one breaks the chain. Names are copied, so that the record
    outlives renames. ``data`` is a flat JSON object without secrets.
    """

    seq = models.BigIntegerField(unique=True, editable=False, default=0)
    at = models.DateTimeField(editable=False, auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor_label = models.CharField(max_length=200)
    origin = models.CharField(max_length=16)
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=80)
    target_id = models.CharField(max_length=80)
    target_label = models.CharField(max_length=300)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64, editable=False, default=GENESIS)
    hash = models.CharField(max_length=64, editable=False, default="")

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(
                fields=["target_type", "target_id", "-seq"], name="audit_by_target"
            ),
            models.Index(fields=["action", "-seq"], name="audit_by_action"),
            models.Index(fields=["actor", "-seq"], name="audit_by_actor"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="audit_chain",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=CHAIN,
            ),
            pgtrigger.Protect(
                name="audit_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="audit_no_truncate",
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the audit log is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.target_label}"
