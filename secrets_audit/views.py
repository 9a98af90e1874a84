"""The inventory of credentials."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.models import Team
from portal.exceptions import ForbiddenError
from portal.web import paging
from portal.web.http import PortalRequest, page_or_fragment, see_other
from secrets_audit import permissions, queries, services
from secrets_audit.forms import ListForm, RegisterForm, RetirementForm
from secrets_audit.models import Credential

ORDER = ("due_on", "pk")
LIST = "secrets_audit/credential_list.html"
DETAIL = "secrets_audit/credential_detail.html"
FORM = "secrets_audit/credential_form.html"
RETIREMENT = "secrets_audit/retirement.html"


@require_GET
def credential_list(request: PortalRequest) -> HttpResponse:
    _require_view(request)
    form = ListForm(request.GET, teams=Team.objects.all())
    asked = form.valid_data
    narrow = {"text": asked["q"], "kind": asked["kind"], "team": asked["team"]}
    found = queries.filtered(asked["show"], request.user, **narrow)
    context = {
        "form": form,
        "page": paging.keyset(found, order=ORDER, cursor=asked["after"]),
        "can_register": queries.teams_kept_by(request.user).exists(),
    }
    return page_or_fragment(request, LIST, context, fragment="results")


@require_http_methods(["GET", "POST"])
def registration(request: PortalRequest) -> HttpResponse:
    teams = _kept_teams(request)
    form = RegisterForm(request.POST if request.method == "POST" else None, teams=teams)
    if form.is_valid():
        made = services.register(**form.cleaned_data, actor=request.user)
        return see_other(request, made)
    return _asking(request, FORM, form)


@require_GET
def credential(request: PortalRequest, pk: int) -> HttpResponse:
    found = _readable(request, pk)
    can_keep = permissions.can_keep(request.user, found.team)
    return render(request, DETAIL, {"credential": found, "can_keep": can_keep})


@require_http_methods(["GET", "POST"])
def retirement(request: PortalRequest, pk: int) -> HttpResponse:
    found = _keepable(request, pk)
    form = RetirementForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.retire(found, actor=request.user, **form.cleaned_data)
        return see_other(request, found)
    found.require_live()
    return _asking(request, RETIREMENT, form, credential=found)


def _asking(
    request: PortalRequest, template: str, form: forms.Form, **more: Any
) -> HttpResponse:
    context = {"form": form, **more}
    status = 422 if form.is_bound else 200
    return page_or_fragment(request, template, context, fragment="form", status=status)


def _require_view(request: PortalRequest) -> None:
    if not permissions.can_view(request.user):
        raise ForbiddenError(
            "The inventory of credentials is shown to engineers, auditors and"
            " administrators.",
            role="engineer",
        )


def _kept_teams(request: PortalRequest) -> QuerySet[Team]:
    _require_view(request)
    teams = queries.teams_kept_by(request.user)
    if not teams.exists():
        raise ForbiddenError(
            "Credentials are registered by engineers for their own teams, and by"
            " administrators.",
            role="engineer",
        )
    return teams


def _readable(request: PortalRequest, pk: int) -> Credential:
    _require_view(request)
    return get_object_or_404(queries.with_facts(), pk=pk)


def _keepable(request: PortalRequest, pk: int) -> Credential:
    found = _readable(request, pk)
    if not permissions.can_keep(request.user, found.team):
        raise ForbiddenError(
            f"Only {found.team} and administrators keep this credential.",
            role="engineer",
        )
    return found
