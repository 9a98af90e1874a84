"""What the calendar adds to the pages of others: navigation, home, search."""

from django.utils import timezone

from maintenance import permissions, queries
from maintenance.models import Series
from portal.accounts.models import User
from portal.web.home import HomeRow, Section
from portal.web.navigation import Entry
from portal.web.search import Hit, Source

HITS = 8


def due_for(user: User) -> list[HomeRow]:
    """What the person's teams have overdue or due within seven days."""
    now = timezone.now()
    return [
        HomeRow(
            title=event.duty.series.title,
            url=event.duty.get_absolute_url(),
            detail=f"{event.duty.team}, {event.standing.words.lower()}:"
            f" {event.duty.due_date:%-d %b}",
            action="Complete" if permissions.can_complete(user, event.duty) else "Open",
            tone=event.standing.tone,
        )
        for event in queries.pressing(user, now)
    ]


def find_series(user: User, text: str) -> list[Hit]:
    """The series whose title holds the text."""
    if not permissions.can_view(user):
        return []
    found = Series.objects.filter(title__icontains=text).select_related("team")
    return [
        Hit(one.title, one.get_absolute_url(), f"{one.team}, {one.rule_in_words}")
        for one in found[:HITS]
    ]


PLACE = Entry(
    label="Maintenance",
    mobile_label="Calendar",
    url_name="maintenance:calendar",
    icon="calendar-days",
    order=50,
    permission="maintenance.view_occurrence",
    mobile=True,
)
SECTION = Section(
    key="duties",
    title="Duties overdue and due this week",
    order=30,
    rows=due_for,
    permission="maintenance.view_occurrence",
)
SOURCE = Source(label="Maintenance duties", find=find_series, order=40)
