"""Where change requests show up outside their own pages."""

from portal.accounts.models import User
from portal.catalog.models import Resource
from portal.catalog.related import Item, Related
from portal.catalog.related import register as register_related
from portal.changes.models import ChangeRequest
from portal.web import home, navigation, search

MOST = 20


def register() -> None:
    """Fill the registries of the frame; called once when the app is ready."""
    navigation.register(
        navigation.Entry(
            "Requests",
            "changes:list",
            "git-pull-request-arrow",
            order=30,
            permission="changes.view_changerequest",
        )
    )
    navigation.register(
        navigation.Entry(
            "Approvals",
            "changes:inbox",
            "stamp",
            order=40,
            permission="changes.decide_change",
            count=waiting_for,
            mobile=True,
        )
    )
    home.register(
        home.Section(
            "approvals",
            "Waiting for your approval",
            order=20,
            rows=_approvals,
            permission="changes.decide_change",
        )
    )
    home.register(
        home.Section(
            "requests",
            "Your requests",
            order=40,
            rows=_own,
            permission="changes.request_change",
        )
    )
    search.register(search.Source("Requests", _find))
    register_related(
        Related(
            "Changes",
            _of_resource,
            order=20,
            permission="changes.view_changerequest",
        )
    )


def waiting_for(user: User) -> int:
    """How many requests this person could decide now, at most 100."""
    return ChangeRequest.objects.undecided_by(user)[:100].count()


def _approvals(user: User) -> list[home.HomeRow]:
    waiting = ChangeRequest.objects.undecided_by(user).select_related("requester")
    return [
        home.HomeRow(
            title=str(request),
            url=request.get_absolute_url(),
            detail=f"asked by {request.requester.name}",
            since=request.requested_at,
            action="Decide",
            tone="warn",
        )
        for request in waiting.order_by("requested_at")[:MOST]
    ]


def _own(user: User) -> list[home.HomeRow]:
    mine = ChangeRequest.objects.open().filter(requester_person=user.person_id)
    return [
        home.HomeRow(
            title=str(request),
            url=request.get_absolute_url(),
            detail=request.get_state_display(),
            since=request.requested_at,
            tone=request.tone,
        )
        for request in mine.order_by("-pk")[:MOST]
    ]


def _of_resource(resource: Resource) -> list[Item]:
    """The latest changes that had this resource to themselves."""
    ran = ChangeRequest.objects.filter(executions__claims__resource=resource)
    return [
        Item(
            title=str(change),
            url=change.get_absolute_url(),
            status=change.get_state_display(),
            tone=change.tone,
            at=change.requested_at,
        )
        for change in ran.distinct().order_by("-pk")[:10]
    ]


def _find(user: User, text: str) -> list[search.Hit]:
    if not user.can("changes.view_changerequest"):
        return []
    number = text.upper().removeprefix("CHG-")
    found = ChangeRequest.objects.filter(title__icontains=text)
    if number.isdecimal() and len(number) < 10:
        found = ChangeRequest.objects.filter(pk=int(number))
    return [
        search.Hit(str(change), change.get_absolute_url(), change.get_state_display())
        for change in found.order_by("-pk")[:8]
    ]
