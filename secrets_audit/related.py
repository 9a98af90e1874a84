"""Where credentials show up outside their own pages."""

from urllib.parse import urlencode

from django.urls import reverse

from portal.accounts.models import User
from portal.catalog.models import Service
from portal.catalog.related import Item, RelatedToService
from portal.web.home import HomeRow, Section
from portal.web.navigation import Entry
from portal.web.search import Hit, Source
from secrets_audit import permissions, queries
from secrets_audit.models import Credential

ROWS = 10


def due(user: User) -> list[HomeRow]:
    """One row with a count: the names are a click away."""
    found = queries.pressing(user)
    if not found.due:
        return []
    query = {"show": queries.Show.DUE.value}
    if not permissions.can_keep_any(user):
        query["team"] = queries.OWN_TEAMS
    count = "1 credential" if found.due == 1 else f"{found.due} credentials"
    return [
        HomeRow(
            title=f"{count} to rotate",
            url=f"{reverse('secrets:list')}?{urlencode(query)}",
            detail=f"{found.overdue} overdue" if found.overdue else "none overdue yet",
            action="Show",
            tone="bad" if found.overdue else "warn",
        )
    ]


def hits(user: User, text: str) -> list[Hit]:
    """Credentials by name or public id, those in use first."""
    if not permissions.can_view(user):
        return []
    found = Credential.objects.matching(text).select_related("team")
    return [
        Hit(str(row), row.get_absolute_url(), f"{row.get_kind_display()}, {row.team}")
        for row in found.order_by("-retired_at", "name", "pk")[:ROWS]
    ]


def of_service(service: Service) -> list[Item]:
    """The credentials a service uses, the most urgent first."""
    found = Credential.objects.live().filter(services=service)
    return [
        Item(
            title=str(row),
            url=row.get_absolute_url(),
            detail=row.get_kind_display(),
            status=row.standing.words,
            tone=row.standing.tone,
        )
        for row in found.order_by("due_on", "pk")[:ROWS]
    ]


PLACE = Entry(
    label="Secrets",
    url_name="secrets:list",
    icon="key-round",
    order=70,
    permission="secrets_audit.view_credential",
)
SECTION = Section(
    key="secrets.due",
    title="Credentials due within 14 days",
    order=50,
    rows=due,
    permission="secrets_audit.view_credential",
)
SOURCE = Source(label="Credentials", find=hits, order=75)
OF_SERVICE = RelatedToService(
    label="Credentials",
    find=of_service,
    order=60,
    permission="secrets_audit.view_credential",
)
