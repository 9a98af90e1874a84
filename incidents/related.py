"""Where incidents show up outside their own pages."""

from incidents.models import Incident
from incidents.models.incidents import IncidentQuerySet
from incidents.queries import database_now, rows
from portal.accounts.models import User
from portal.catalog.models import Resource, Service
from portal.catalog.related import Item, Related, RelatedToService
from portal.web.home import HomeRow, Section
from portal.web.navigation import Entry
from portal.web.search import Hit, Source

ROWS = 10
URGENCY = ("severity", "-declared_at")


def mine(user: User) -> list[HomeRow]:
    """Live incidents this person is on."""
    return _rows(Incident.objects.mine(user), action="Open")


def unanswered(user: User) -> list[HomeRow]:
    """Open incidents that nobody has answered and this person could."""
    nobody_yet = Incident.objects.filter(status="open").exclude(
        pk__in=Incident.objects.mine(user).values("pk")
    )
    return _rows(nobody_yet, action="Answer")


def hits(user: User, text: str) -> list[Hit]:
    """Incidents by title or number, the newest first."""
    if not user.can("incidents.view_incident"):
        return []
    found = Incident.objects.matching(text).order_by("-pk")[:ROWS]
    return [
        Hit(
            title=str(incident),
            url=incident.get_absolute_url(),
            detail=", ".join(
                [incident.get_severity_display(), incident.get_status_display()]
            ),
        )
        for incident in found
    ]


def of_service(service: Service) -> list[Item]:
    """The latest incidents of a service."""
    return _items(Incident.objects.filter(services=service))


def of_resource(resource: Resource) -> list[Item]:
    """The latest incidents of the services a resource carries."""
    return _items(Incident.objects.filter(services__resources=resource).distinct())


def _items(incidents: IncidentQuerySet) -> list[Item]:
    return [
        Item(
            title=str(incident),
            url=incident.get_absolute_url(),
            detail=incident.get_severity_display(),
            status=incident.get_status_display(),
            tone=incident.status_tone,
            at=incident.declared_at,
        )
        for incident in incidents.order_by("-pk")[:ROWS]
    ]


def _rows(incidents: IncidentQuerySet, *, action: str) -> list[HomeRow]:
    found = list(incidents.for_rows().order_by(*URGENCY)[:ROWS])
    if not found:
        return []
    return [
        HomeRow(
            title=str(row.incident),
            url=row.incident.get_absolute_url(),
            detail=", ".join(
                [row.incident.get_severity_display()]
                + ([row.clock.text] if row.clock else [])
            ),
            since=row.incident.declared_at,
            action=action,
            tone=row.incident.severity_tone,
        )
        for row in rows(found, now=database_now())
    ]


PLACE = Entry(
    label="Incidents",
    url_name="incidents:list",
    icon="siren",
    order=10,
    permission="incidents.view_incident",
    mobile=True,
)
DECLARE = Entry(
    label="Declare incident",
    url_name="incidents:new",
    icon="plus",
    permission="incidents.declare_incident",
)
MINE = Section(
    key="incidents.mine",
    title="Live incidents you are on",
    order=10,
    rows=mine,
    permission="incidents.view_incident",
)
UNANSWERED = Section(
    key="incidents.unanswered",
    title="Incidents nobody has answered",
    order=11,
    rows=unanswered,
    permission="incidents.respond_incident",
)
OF_SERVICE = RelatedToService(
    label="Incidents",
    find=of_service,
    order=10,
    permission="incidents.view_incident",
)
OF_RESOURCE = Related(
    label="Incidents of its services",
    find=of_resource,
    order=10,
    permission="incidents.view_incident",
)
SOURCE = Source(label="Incidents", find=hits, order=10)
