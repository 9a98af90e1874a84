"""Requests and approvals as lists."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portal.changes import permissions
from portal.changes.forms import ListFilter
from portal.changes.models import ChangeRequest
from portal.exceptions import ForbiddenError
from portal.web import paging
from portal.web.http import PortalRequest, page_or_fragment

COLUMNS = (
    "title",
    "state",
    "state_note",
    "kind",
    "type",
    "risk",
    "requested_at",
    "requester__name",
    "current_plan__cost_delta",
    "current_plan__reversible",
)


@require_safe
def requests(request: PortalRequest) -> HttpResponse:
    if not request.user.can("changes.view_changerequest"):
        raise ForbiddenError("Requests are for people with a role.", role="viewer")
    form = ListFilter(request.GET)
    data = form.valid_data
    page = paging.keyset(_filtered(data, request), order=("-pk",), cursor=data["after"])
    context = {
        "form": form,
        "page": page,
        "tab": data["tab"] or "open",
        "can_request": permissions.can_request(request.user),
    }
    return page_or_fragment(
        request, "changes/request_list.html", context, fragment="rows"
    )


@require_safe
def inbox(request: PortalRequest) -> HttpResponse:
    if not request.user.can("changes.decide_change"):
        raise ForbiddenError("Approvals are for approvers.", role="approver")
    waiting = ChangeRequest.objects.undecided_by(request.user)
    page = paging.keyset(
        waiting.select_related("requester", "current_plan").only(*COLUMNS),
        order=("requested_at", "pk"),
        cursor=ListFilter(request.GET).valid_data["after"],
    )
    own = ChangeRequest.objects.filter(
        state=ChangeRequest.State.PENDING, requester_person=request.user.person_id
    )
    context = {"page": page, "own": own.count()}
    return page_or_fragment(
        request, "changes/approval_inbox.html", context, fragment="rows"
    )


def _filtered(data: dict[str, str], request: PortalRequest) -> QuerySet[ChangeRequest]:
    rows = ChangeRequest.objects.select_related("requester", "current_plan").only(
        *COLUMNS
    )
    tab = data["tab"] or "open"
    if tab == "mine":
        rows = rows.filter(requester_person=request.user.person_id)
    elif tab == "open":
        rows = rows.exclude(state__in=ChangeRequest.TERMINAL)
    if data["state"]:
        rows = rows.filter(state=data["state"])
    if data["q"]:
        rows = rows.filter(title__icontains=data["q"])
    return rows
