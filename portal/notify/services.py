"""Deciding to tell people something; the sweep does the telling."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Now

from portal.accounts.models import User
from portal.notify.models import Notice


def announce(
    *, key: str, to: Iterable[User], subject: str, body: str = "", link: str = ""
) -> None:
    """Write one in-app and one e-mail notice per active recipient.

    Runs in the caller's transaction, so nothing is told of an act that was rolled
    back. The same ``key`` never tells a person twice. ``link`` is a path of the
    portal.
    """
    people = {user.pk: user for user in to if user.is_active}
    notices = []
    for user in people.values():
        notices.append(_notice(Notice.Channel.IN_APP, key, user, subject, body, link))
        notices.append(_notice(Notice.Channel.EMAIL, key, user, subject, body, link))
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def mark_read(user: User, *, up_to: int) -> int:
    """Mark this person's in-app notices up to an id as read; returns how many."""
    return Notice.objects.filter(
        recipient=user, channel=Notice.Channel.IN_APP, read_at=None, pk__lte=up_to
    ).update(read_at=Now())


def _notice(
    channel: Notice.Channel, key: str, user: User, subject: str, body: str, link: str
) -> Notice:
    in_app = channel == Notice.Channel.IN_APP
    return Notice(
        key=key[:120],
        channel=channel,
        recipient=user,
        subject=subject[:200],
        body=body,
        link=link[:300],
        state=Notice.State.SENT if in_app else Notice.State.PENDING,
    )


def unread_count(user: User, *, cap: int = 100) -> int:
    """How many in-app notices this person has not read, at most ``cap``."""
    return Notice.objects.filter(
        recipient=user, channel=Notice.Channel.IN_APP, read_at=None
    )[:cap].count()


def inbox(user: User) -> QuerySet[Notice]:
    """The person's in-app notices, for a page of them; newest have the highest id."""
    return Notice.objects.filter(recipient=user, channel=Notice.Channel.IN_APP)
