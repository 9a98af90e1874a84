"""One incident, and what of it moves while people look."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from incidents import permissions, queries
from incidents.forms import LeadForm, NewsForm, UpdateForm
from incidents.views.gates import readable
from portal.web import paging
from portal.web.http import (
    STOP_POLLING,
    PortalRequest,
    page_or_fragment,
    see_other,
    wants_fragment,
)

DETAIL = "incidents/incident_detail.html"
PARTS = "incidents/_parts.html"
LIVE = ("status", "actions", "facts", "timeline")
ENTRIES_PER_PAGE = 50


@require_GET
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    return render(request, DETAIL, facts(request, pk))


@require_GET
def timeline(request: PortalRequest, pk: int) -> HttpResponse:
    """What is new since the page was read, or all that moves when nothing is said."""
    context = facts(request, pk)
    if not wants_fragment(request):
        return see_other(request, context["incident"])
    seen = NewsForm(request.GET).valid_data
    if seen["seen"] is None:
        return parts(request, context | {"shown": True}, *LIVE)
    unseen = queries.unseen(context["incident"], since=seen["seen"])
    context |= {"seen": seen["seen"], "unseen": unseen}
    moved = seen["version"] != context["incident"].version
    names = ("news", "status", "actions", "facts") if moved else ("news", "status")
    status = 200 if context["is_moving"] else STOP_POLLING
    return parts(request, context, *names, status=status)


def facts(request: PortalRequest, pk: int) -> dict[str, Any]:
    """Everything the page of an incident shows, read in a fixed number of queries."""
    incident, now = readable(request, pk), queries.database_now()
    page = paging.keyset(
        incident.timeline.select_related("author"),
        order=["-pk"],
        cursor=NewsForm(request.GET).valid_data["after"],
        size=ENTRIES_PER_PAGE,
    )
    clock, can_respond = incident.response_clock, permissions.can_respond(request.user)
    can_reopen = incident.can_reopen(at=now)
    return {
        "incident": incident,
        "clock": clock,
        "reading": clock.reading(now=now) if clock else None,
        "page": page,
        "seen": page.rows[0].pk if page.rows else 0,
        "can_respond": can_respond,
        "can_reopen": can_respond and can_reopen,
        "is_moving": incident.is_live or can_reopen,
        "update_form": UpdateForm(draft=incident.number),
        "lead_form": LeadForm(),
    }


def parts(
    request: PortalRequest, context: Mapping[str, Any], *names: str, status: int = 200
) -> HttpResponse:
    """Parts of the page, each swapped where its id is; without htmx the whole page."""
    swapped = {"oob": True, "parts": [f"{DETAIL}#{name}" for name in names]}
    if wants_fragment(request):
        context = {**context, **swapped}
    return page_or_fragment(request, DETAIL, context, fragment=PARTS, status=status)
