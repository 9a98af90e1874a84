"""Handing notices over: claim, send once, remember the outcome."""

from dataclasses import dataclass
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models.functions import Now

from portal.notify.models import Notice

log = structlog.get_logger(__name__)

BATCH = 20
LEASE_SECONDS = 120
GIVE_UP_AFTER = 5

# A lease that ran out while sending means that we do not know whether the message
# left; an e-mail carries a deterministic Message-ID, so sending again is harmless.
CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM notify_notice
        WHERE state IN ('pending', 'sending') AND due_at <= clock_timestamp()
          AND (lease_until IS NULL OR lease_until < clock_timestamp())
        ORDER BY due_at FOR UPDATE SKIP LOCKED LIMIT %(batch)s)
    UPDATE notify_notice AS notice
    SET state = 'sending', attempts = attempts + 1,
        lease_until = clock_timestamp() + %(lease)s * interval '1 second',
        due_at = clock_timestamp() + least(300, 5 * power(2, attempts))
                 * interval '1 second'
    FROM due WHERE notice.id = due.id
    RETURNING notice.id, notice.attempts
"""


@dataclass(frozen=True)
class Claimed:
    """A notice this worker may send, and which attempt that is."""

    pk: int
    attempt: int


def deliver_due() -> int:
    """Send the e-mails that are due; returns how many were handed over."""
    claims = _claim()
    return sum(_deliver(claim) for claim in claims)


def _claim() -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"batch": BATCH, "lease": LEASE_SECONDS})
        return [Claimed(*row) for row in cursor.fetchall()]


def _deliver(claim: Claimed) -> int:
    notice = Notice.objects.select_related("recipient").get(pk=claim.pk)
    mine = Notice.objects.filter(pk=claim.pk, attempts=claim.attempt, state="sending")
    try:
        _send(notice)
    except (SMTPException, OSError) as error:
        log.warning("notice_not_sent", notice=notice.pk, error=type(error).__name__)
        last = claim.attempt >= GIVE_UP_AFTER
        mine.update(
            state=Notice.State.FAILED if last else Notice.State.PENDING,
            lease_until=None,
            error=type(error).__name__,
        )
        return 0
    return mine.update(
        state=Notice.State.SENT, sent_at=Now(), lease_until=None, error=""
    )


def _send(notice: Notice) -> None:
    link = f"\n\n{settings.PORTAL_URL}{notice.link}" if notice.link else ""
    EmailMessage(
        subject=" ".join(notice.subject.split()),
        body=f"{notice.body}{link}",
        to=[notice.recipient.email],
        headers={"Message-ID": f"<notice-{notice.pk}@{settings.PORTAL_MAIL_DOMAIN}>"},
    ).send()
