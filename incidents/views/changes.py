"""The state changes of one incident, each a noun of its own."""

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from incidents import queries, services
from incidents.forms import LeadForm, ReopeningForm, ResolutionForm, UpdateForm
from incidents.models import Incident
from incidents.views.detail import LIVE, facts, parts
from incidents.views.gates import readable, workable
from portal.web.http import (
    PortalRequest,
    page_or_fragment,
    see_other,
    wants_fragment,
)


@require_POST
def acknowledgement(request: PortalRequest, pk: int) -> HttpResponse:
    incident = services.acknowledge(readable(request, pk), actor=request.user)
    said = f"{incident.number} is acknowledged."
    return _moved(request, incident, said=said, focus="actions")


@require_POST
def updates(request: PortalRequest, pk: int) -> HttpResponse:
    incident = workable(request, pk)
    form = UpdateForm(request.POST, draft=incident.number, focus=True)
    if not form.is_valid():
        context = facts(request, pk) | {"update_form": form}
        return parts(request, context, "composer", status=422)
    body, key = form.cleaned_data["body"], form.cleaned_data["key"]
    services.add_update(incident, body=body, client_key=key, actor=request.user)
    said = "The update is in the timeline."
    return _moved(request, incident, said=said, focus="composer")


@require_POST
def lead(request: PortalRequest, pk: int) -> HttpResponse:
    incident, form = workable(request, pk), LeadForm(request.POST)
    if not form.is_valid():
        context = facts(request, pk) | {"lead_form": form}
        return parts(request, context, "facts", status=422)
    chosen = form.cleaned_data["lead"]
    services.assign_lead(incident, lead=chosen, actor=request.user)
    said = f"{chosen} leads {incident.number}."
    return _moved(request, incident, said=said, focus="facts")


@require_http_methods(["GET", "POST"])
def resolution(request: PortalRequest, pk: int) -> HttpResponse:
    incident = workable(request, pk)
    form = ResolutionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.resolve(incident, actor=request.user, **form.cleaned_data)
        return see_other(request, incident)
    incident.require_resolvable()
    return _asking(request, "incidents/resolution.html", incident, form)


@require_http_methods(["GET", "POST"])
def reopening(request: PortalRequest, pk: int) -> HttpResponse:
    incident = workable(request, pk)
    form = ReopeningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.reopen(incident, actor=request.user, **form.cleaned_data)
        return see_other(request, incident)
    incident.require_reopenable(at=queries.database_now())
    return _asking(request, "incidents/reopening.html", incident, form)


def _asking(
    request: PortalRequest, template: str, incident: Incident, form: forms.Form
) -> HttpResponse:
    context = {"incident": incident, "form": form}
    status = 422 if form.is_bound else 200
    return page_or_fragment(request, template, context, fragment="form", status=status)


def _moved(
    request: PortalRequest, incident: Incident, *, said: str, focus: str
) -> HttpResponse:
    """After a change: htmx gets every part that may differ, a plain form the page.

    The composer is only replaced after its own use: it may hold half a sentence.
    """
    if not wants_fragment(request):
        return see_other(request, incident)
    context = facts(request, incident.pk) | {"said": said, "focus": focus}
    if focus != "composer":
        return parts(request, context, *LIVE)
    context["update_form"] = UpdateForm(draft=incident.number, focus=True)
    return parts(request, context, *LIVE, "composer")
