"""The bell's page: what the portal told this person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from portal.notify import services
from portal.notify.forms import NoticesQuery, ReadForm
from portal.web import paging
from portal.web.http import PortalRequest, see_other


@require_GET
def notice_list(request: PortalRequest) -> HttpResponse:
    cursor = NoticesQuery(request.GET).valid_data["after"]
    page = paging.keyset(services.inbox(request.user), order=("-pk",), cursor=cursor)
    unread = any(notice.read_at is None for notice in page.rows)
    return render(request, "notify/list.html", {"page": page, "unread": unread})


@require_POST
def reading(request: PortalRequest) -> HttpResponse:
    form = ReadForm(request.POST)
    if form.is_valid():
        services.mark_read(request.user, up_to=form.cleaned_data["up_to"])
    return see_other(request, "notify:list")
