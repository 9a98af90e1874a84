"""Incidents over HTTP: lists, the declaration, one incident and its state changes."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from incidents import permissions, queries, services
from incidents.forms import (
    DeclareForm,
    LeadForm,
    ListForm,
    NewsForm,
    PrefillForm,
    ReopeningForm,
    ResolutionForm,
    UpdateForm,
)
from incidents.models import Incident
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.exceptions import ForbiddenError
from portal.web import paging
from portal.web.http import (
    STOP_POLLING,
    PortalRequest,
    fragment_or_redirect,
    page_or_fragment,
    see_other,
    wants_fragment,
)

LIST = "incidents/incident_list.html"
FORM = "incidents/incident_form.html"
DETAIL = "incidents/incident_detail.html"
ENTRIES_PER_PAGE = 50


@require_GET
def incident_list(request: PortalRequest) -> HttpResponse:
    _require_view(request.user)
    form = ListForm(request.GET)
    data = form.valid_data
    tab = data["tab"] or queries.Tab.OPEN
    found = queries.filtered(tab, request.user, data["severity"], data["q"])
    page = paging.keyset(found, order=queries.order_of(tab), cursor=data["after"])
    context = {
        "form": form,
        "page": page,
        "rows": queries.rows(page.rows, now=queries.database_now()),
        "tab": tab,
        "tabs": queries.tabs(request.user),
    }
    return page_or_fragment(request, LIST, context, fragment="results")


@require_http_methods(["GET", "POST"])
def declaration(request: PortalRequest) -> HttpResponse:
    if not permissions.can_declare(request.user):
        raise ForbiddenError("Only an engineer may declare.", role=Role.ENGINEER)
    if request.method == "GET":
        given = PrefillForm(request.GET).valid_data
        return _declaration_page(request, DeclareForm(initial=given), given["team"])
    form = DeclareForm(request.POST)
    if not form.is_valid():
        team = form.cleaned_data.get("team")
        return _declaration_page(request, form, team, HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    key = data.pop("key")
    return see_other(
        request, services.declare(**data, client_key=key, actor=request.user)
    )


@require_GET
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    return render(request, DETAIL, _facts(request, pk))


@require_GET
def timeline(request: PortalRequest, pk: int) -> HttpResponse:
    """The polled part: what is new since the page was read, or the whole list."""
    facts = _facts(request, pk)
    if not wants_fragment(request):
        return see_other(request, facts["incident"])
    seen = NewsForm(request.GET).valid_data
    part = "timeline" if seen["seen"] is None else "news"
    context = facts | {"oob": True, **queries.news(facts["incident"], seen)}
    status = HTTPStatus.OK if facts["is_moving"] else STOP_POLLING
    return page_or_fragment(request, DETAIL, context, fragment=part, status=status)


@require_POST
def acknowledgement(request: PortalRequest, pk: int) -> HttpResponse:
    services.acknowledge(_incident(request, pk), actor=request.user)
    return _moved(request, pk)


@require_POST
def updates(request: PortalRequest, pk: int) -> HttpResponse:
    incident, form = _incident(request, pk), UpdateForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, "composer", update_form=form)
    body, key = form.cleaned_data["body"], form.cleaned_data["key"]
    services.add_update(incident, body=body, client_key=key, actor=request.user)
    return _moved(request, pk, part="composer")


@require_POST
def lead(request: PortalRequest, pk: int) -> HttpResponse:
    incident, form = _incident(request, pk), LeadForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, "lead", lead_form=form)
    services.assign_lead(incident, actor=request.user, **form.cleaned_data)
    return _moved(request, pk)


@require_http_methods(["GET", "POST"])
def resolution(request: PortalRequest, pk: int) -> HttpResponse:
    incident = _incident(request, pk)
    form = ResolutionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.resolve(incident, actor=request.user, **form.cleaned_data)
        return see_other(request, incident)
    return _asking(request, "incidents/resolution.html", incident, form)


@require_http_methods(["GET", "POST"])
def reopening(request: PortalRequest, pk: int) -> HttpResponse:
    incident = _incident(request, pk)
    form = ReopeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.reopen(incident, actor=request.user, **form.cleaned_data)
        return see_other(request, incident)
    return _asking(request, "incidents/reopening.html", incident, form)
