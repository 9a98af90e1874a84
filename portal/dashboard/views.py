"""The start page, the search over everything, and how the portal itself is doing."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from portal.dashboard import queries
from portal.dashboard.forms import SearchQuery
from portal.web import home, search
from portal.web.http import PortalRequest, page_or_fragment


@require_GET
def start(request: PortalRequest) -> HttpResponse:
    context = {"sections": home.sections(request.user)}
    return page_or_fragment(request, "dashboard/home.html", context, fragment="now")


@require_GET
def find(request: PortalRequest) -> HttpResponse:
    form = SearchQuery(request.GET)
    text = form.valid_data["q"].strip()
    context = {
        "form": form,
        "text": text,
        "too_short": len(text) < search.SHORTEST,
        "groups": search.find(request.user, text),
    }
    fragment = "dashboard/_found.html"
    return page_or_fragment(
        request, "dashboard/search.html", context, fragment=fragment
    )


@require_GET
def status(request: PortalRequest) -> HttpResponse:
    context = {"health": queries.health()}
    return page_or_fragment(request, "dashboard/status.html", context, fragment="now")
