"""The list, and the form that adds to it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from incidents import queries, services
from incidents.forms import DeclareForm, ListForm, PrefillForm
from incidents.views.gates import require_declare, require_view
from portal.web import paging
from portal.web.http import PortalRequest, page_or_fragment, see_other

LIST = "incidents/incident_list.html"
FORM = "incidents/incident_form.html"


@require_GET
def incident_list(request: PortalRequest) -> HttpResponse:
    require_view(request.user)
    form = ListForm(request.GET)
    asked = form.valid_data
    tab = asked["tab"] or queries.Tab.OPEN
    found = queries.filtered(
        tab, request.user, severity=asked["severity"], text=asked["q"]
    )
    page = paging.keyset(found, order=queries.order_of(tab), cursor=asked["after"])
    rows = queries.rows(page.rows, now=queries.database_now())
    context = {"form": form, "page": page, "rows": rows, "tab": tab}
    context |= {"tabs": queries.tabs(request.user)}
    context |= {"last_resolved": None if rows else queries.last_resolved()}
    return page_or_fragment(request, LIST, context, fragment="results")


@require_http_methods(["GET", "POST"])
def declaration(request: PortalRequest) -> HttpResponse:
    require_declare(request.user)
    if request.method == "GET":
        given = PrefillForm(request.GET).valid_data
        return _form(request, DeclareForm(initial=given), given)
    form = DeclareForm(request.POST)
    if not form.is_valid():
        return _form(request, form, form.cleaned_data, status=422)
    answers = form.cleaned_data
    key = answers.pop("key")
    incident = services.declare(**answers, client_key=key, actor=request.user)
    return see_other(request, incident)


def _form(
    request: PortalRequest,
    form: DeclareForm,
    given: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    team, service = given.get("team"), given.get("service")
    team = team or (service.team if service else None)
    choices = queries.choices(team, now=queries.database_now())
    context = {"form": form, "choices": choices}
    return page_or_fragment(request, FORM, context, fragment="form", status=status)
