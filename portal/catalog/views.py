from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from portal.catalog import actions, permissions, queries, related, services
from portal.catalog.forms import InventoryQuery
from portal.catalog.models import RefreshRequest, Resource, ResourceQuerySet, Service
from portal.exceptions import ForbiddenError
from portal.web import paging
from portal.web.forms import QueryForm
from portal.web.http import (
    PortalRequest,
    fragment_or_redirect,
    page_or_fragment,
)

Kind = RefreshRequest.Kind
ORDER = ("kind", "name", "pk")
MOST_OF_A_SERVICE = 100


@require_GET
def inventory(request: PortalRequest) -> HttpResponse:
    _insist_reader(request)
    form = InventoryQuery(request.GET, options=queries.filter_options())
    page = paging.keyset(
        _narrowed(form), order=ORDER, cursor=form.valid_data["after"], size=50
    )
    context = {
        "form": form,
        "page": page,
        "freshness": queries.freshness_of_account(),
        "can_refresh": permissions.can_refresh(request.user),
    }
    template = "catalog/inventory.html"
    return page_or_fragment(request, template, context, fragment="results")


@require_POST
def inventory_refresh(request: PortalRequest) -> HttpResponse:
    services.request_refresh(Kind.ACCOUNT, actor=request.user)
    here = reverse("catalog:inventory")
    context = {
        "freshness": queries.freshness_of_account(),
        "can_refresh": True,
        "refresh": reverse("catalog:inventory_refresh"),
        "target": "inventory-results",
        "poll": request.htmx.current_url_abs_path or here,
    }
    return fragment_or_redirect(request, "catalog/_freshness.html", context, to=here)


@require_GET
def resource(request: PortalRequest, pk: int) -> HttpResponse:
    _insist_reader(request)
    found = get_object_or_404(Resource.objects.prefetch_related("services"), pk=pk)
    context = _resource_context(request, found)
    template = "catalog/resource.html"
    return page_or_fragment(request, template, context, fragment="facts")


@require_POST
def resource_refresh(request: PortalRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Resource.objects.prefetch_related("services"), pk=pk)
    services.request_refresh(Kind.RESOURCE, found.urn, actor=request.user)
    context = _resource_context(request, found)
    part = "catalog/resource.html#facts"
    return fragment_or_redirect(request, part, context, to=found)


@require_GET
def service_list(request: PortalRequest) -> HttpResponse:
    _insist_reader(request)
    form = QueryForm(request.GET)
    here = Count("resources", filter=Q(resources__vanished_at=None))
    found = Service.objects.select_related("team").annotate(resource_count=here)
    page = paging.keyset(found, order=("name", "pk"), cursor=form.valid_data["after"])
    return render(request, "catalog/services.html", {"page": page})


@require_GET
def service(request: PortalRequest, slug: str) -> HttpResponse:
    _insist_reader(request)
    found = get_object_or_404(Service.objects.select_related("team"), slug=slug)
    context = {
        "service": found,
        "rows": found.resources.order_by(*ORDER)[:MOST_OF_A_SERVICE],
        "groups": related.of_service(found, request.user),
    }
    return render(request, "catalog/service.html", context)


def _insist_reader(request: PortalRequest) -> None:
    if not permissions.can_read(request.user):
        raise ForbiddenError("Your account may not see the inventory.", role="viewer")


def _narrowed(form: InventoryQuery) -> ResourceQuerySet:
    wanted = form.valid_data
    found = Resource.objects.all() if wanted["gone"] else Resource.objects.present()
    if wanted["q"]:
        found = found.matching(wanted["q"])
    for name in ("kind", "region"):
        if wanted[name]:
            found = found.filter(**{name: wanted[name]})
    if wanted["tag"]:
        found = found.filter(tags__contains=[wanted["tag"]])
    return found


def _resource_context(request: PortalRequest, found: Resource) -> dict[str, Any]:
    return {
        "resource": found,
        "target": f"resource-{found.pk}-facts",
        "freshness": queries.freshness_of(found),
        "can_refresh": permissions.can_refresh(request.user),
        "buttons": actions.of_resource(found, request.user),
        "groups": related.of_resource(found, request.user),
    }
