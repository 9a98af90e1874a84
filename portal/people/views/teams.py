"""The teams: read by everybody, kept by administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.models import Team
from portal.people import forms, permissions, queries
from portal.people.services import teams
from portal.web.http import PortalRequest, form_page, posted, see_other


@require_GET
def team_list(request: PortalRequest) -> HttpResponse:
    can_keep = permissions.can_keep_people(request.user)
    context = {"teams": queries.teams(), "can_keep": can_keep}
    return render(request, "people/teams.html", context)


@require_GET
def team(request: PortalRequest, slug: str) -> HttpResponse:
    return _page(request, get_object_or_404(Team, slug=slug))


@require_http_methods(["GET", "POST"])
def team_new(request: PortalRequest) -> HttpResponse:
    permissions.require_keeper(request.user)
    form = forms.TeamForm(posted(request))
    if not form.is_valid():
        return form_page(request, "people/team_form.html", {"form": form})
    created = teams.create_team(**form.cleaned_data, actor=request.user)
    messages.success(request, f"{created.name} is founded. Now add its people.")
    return see_other(request, reverse("people:team", args=[created.slug]))


@require_http_methods(["GET", "POST"])
def team_settings(request: PortalRequest, slug: str) -> HttpResponse:
    permissions.require_keeper(request.user)
    row = get_object_or_404(Team, slug=slug)
    form = forms.TeamForm(posted(request), team=row, initial=queries.settings_of(row))
    if not form.is_valid():
        return form_page(request, "people/team_form.html", {"form": form, "team": row})
    teams.edit_team(row, **form.cleaned_data, actor=request.user)
    messages.success(request, "Saved.")
    return see_other(request, reverse("people:team", args=[slug]))


@require_POST
def members(request: PortalRequest, slug: str) -> HttpResponse:
    permissions.require_keeper(request.user)
    row = get_object_or_404(Team, slug=slug)
    form = forms.MemberForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    teams.set_membership(row, **form.cleaned_data, actor=request.user)
    messages.success(request, f"{form.cleaned_data['user'].name}: saved.")
    return see_other(request, reverse("people:team", args=[slug]))


def _page(
    request: PortalRequest, row: Team, refused: forms.MemberForm | None = None
) -> HttpResponse:
    context = {
        "team": row,
        "members": queries.members(row),
        "can_see_people": permissions.can_see_people(request.user),
        "can_keep": permissions.can_keep_people(request.user),
        "form": refused or forms.MemberForm(),
    }
    return form_page(request, "people/team.html", context)
