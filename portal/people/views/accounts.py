"""The list of accounts and the page of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.models import User
from portal.people import forms, permissions, queries
from portal.people.services import accounts, roles, teams
from portal.web import paging
from portal.web.http import (
    PortalRequest,
    form_page,
    page_or_fragment,
    posted,
    see_other,
)


@require_GET
def person_list(request: PortalRequest) -> HttpResponse:
    permissions.require_sight(request.user)
    form = forms.PeopleFilter(request.GET)
    data = form.valid_data
    found = queries.matching(
        text=data["q"], role=data["role"], team=data["team"], state=data["state"]
    )
    context = {
        "form": form,
        "page": paging.keyset(found, order=("name", "pk"), cursor=data["after"]),
        "invitations": queries.invitations_to_show(),
        "can_keep": permissions.can_keep_people(request.user),
    }
    return page_or_fragment(request, "people/list.html", context, fragment="rows")


@require_GET
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    permissions.require_sight(request.user)
    return _page(request, pk)


@require_POST
def role_set(request: PortalRequest, pk: int) -> HttpResponse:
    permissions.require_keeper(request.user)
    user = get_object_or_404(User, pk=pk)
    form = forms.RolesForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, roles_form=form)
    roles.give_roles(user, roles=form.cleaned_data["roles"], actor=request.user)
    messages.success(request, f"The roles of {user.name} are saved.")
    return see_other(request, reverse("people:detail", args=[pk]))


@require_POST
def memberships(request: PortalRequest, pk: int) -> HttpResponse:
    permissions.require_keeper(request.user)
    user = get_object_or_404(User, pk=pk)
    form = forms.MembershipForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, membership_form=form)
    team, level = form.cleaned_data["team"], form.cleaned_data["level"]
    teams.set_membership(team, user=user, level=level, actor=request.user)
    messages.success(request, f"{user.name} and {team.name}: saved.")
    return see_other(request, reverse("people:detail", args=[pk]))


@require_http_methods(["GET", "POST"])
def deactivation(request: PortalRequest, pk: int) -> HttpResponse:
    permissions.require_keeper(request.user)
    user = get_object_or_404(queries.accounts(), pk=pk)
    form = forms.DeactivationForm(posted(request))
    if not form.is_valid():
        context = {"person": user, "form": form, "sessions": queries.sessions_of(user)}
        return form_page(request, "people/deactivation.html", context)
    reason = form.cleaned_data["reason"]
    accounts.deactivate(user, reason=reason, actor=request.user)
    messages.success(request, f"{user.name} is deactivated and signed out everywhere.")
    return see_other(request, reverse("people:detail", args=[pk]))


@require_POST
def reactivation(request: PortalRequest, pk: int) -> HttpResponse:
    permissions.require_keeper(request.user)
    user = get_object_or_404(User, pk=pk)
    accounts.reactivate(user, actor=request.user)
    messages.success(request, f"{user.name} may sign in again.")
    return see_other(request, reverse("people:detail", args=[pk]))


def _page(request: PortalRequest, pk: int, **bound: Any) -> HttpResponse:
    """The page of an account; a bound form in ``bound`` was refused."""
    user = get_object_or_404(queries.accounts(), pk=pk)
    context = {
        "person": user,
        "sessions": queries.sessions_of(user),
        "can_keep": permissions.can_keep_people(request.user),
        "roles_form": forms.RolesForm(initial={"roles": list(user.roles)}),
        "membership_form": forms.MembershipForm(),
        **bound,
    }
    return form_page(request, "people/detail.html", context)
