"""Asking for a resize, with the consequences beside the choice."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from portal.catalog import queries
from portal.changes import permissions, services
from portal.exceptions import ForbiddenError
from portal.web.http import PortalRequest, see_other, wants_fragment
from scaling.forms import PreviewForm, ResizeForm, problem_of, shape_of, shape_of_size
from scaling.kinds.droplet_resize import DOWNTIME_SECONDS
from scaling.plans import compare


@require_http_methods(["GET", "HEAD", "POST"])
def resize(request: PortalRequest) -> HttpResponse:
    if not permissions.can_request(request.user):
        raise ForbiddenError("Only an engineer may ask for changes.", role="engineer")
    if request.method != "POST":
        return _ask(request)
    form = ResizeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, request.POST, status=422)
    size = form.cleaned_data["size"]
    change = services.submit(
        "droplet.resize",
        form.params(),
        title=f"Resize {form.cleaned_data['resource'].name} to {size.slug}",
        reason=form.cleaned_data["reason"],
        key=form.cleaned_data["key"],
        actor=request.user,
    )
    return see_other(request, change)


def _ask(request: PortalRequest) -> HttpResponse:
    if wants_fragment(request):
        response = render(request, "scaling/_preview.html", _preview(request.GET))
        patch_vary_headers(response, ["HX-Request"])
        return response
    given = {
        name: request.GET[name]
        for name in ("resource", "size", "disk", "reason")
        if "\x00" not in request.GET.get(name, "\x00")
    }
    return _page(request, ResizeForm(initial=given), request.GET)


def _page(
    request: PortalRequest, form: ResizeForm, chosen: QueryDict, *, status: int = 200
) -> HttpResponse:
    freshness = queries.freshness_of_account()
    context = {"form": form, "freshness": freshness, **_preview(chosen)}
    response = render(request, "scaling/resize_form.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _preview(chosen: QueryDict) -> dict[str, Any]:
    """The before → after of a choice, as far as it is made."""
    data = PreviewForm(chosen).valid_data
    resource, size = data["resource"], data["size"]
    if not resource or not size:
        return {"resource": resource, "size": size, "facts": []}
    before, after = shape_of(resource), shape_of_size(size)
    grow = bool(data["disk"])
    return {
        "resource": resource,
        "size": size,
        "grow": grow,
        "facts": compare(before, after, grow_disk=grow),
        "difference": after.monthly_usd - before.monthly_usd,
        "problem": problem_of(resource, size),
        "restarts": resource.status == "active",
        "downtime": DOWNTIME_SECONDS,
    }
