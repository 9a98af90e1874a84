"""The request our views see, and the ways they answer it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from portal.accounts.models import User


class PortalRequest(HttpRequest):
    """A request behind the sign-in: ``user`` is an account, ``htmx`` is read."""

    user: User
    htmx: HtmxDetails


class SeeOther(HttpResponseRedirectBase):
    """303: the form was handled, read the result there with GET."""

    status_code = 303


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page, not for a page.

    Works also where the htmx middleware has not run (error handlers).
    """
    htmx = HtmxDetails(request)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def see_other(request: HttpRequest, to: Any) -> HttpResponse:
    """Send the browser to another page after a POST.

    ``to`` is a path, an object with an absolute URL, or a route name without
    arguments. htmx would swap the page a 303 leads to into its target, so it gets
    an ``HX-Redirect`` instead.
    """
    response: HttpResponse = SeeOther(_path(to))
    if wants_fragment(request):
        response = HttpResponseClientRedirect(response.headers["Location"])
    return _varied(response)


def fragment_or_redirect(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    to: Any,
    status: int = 200,
) -> HttpResponse:
    """Answer a handled POST: htmx gets the fragment, a plain form a 303 to ``to``."""
    if wants_fragment(request):
        return _varied(render(request, template, dict(context), status=status))
    return _varied(SeeOther(_path(to)))


def page_or_fragment(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    fragment: str,
    status: int = 200,
) -> HttpResponse:
    """Answer a GET, or a form with errors (``status=422``), at one address.

    The page is ``template``; htmx gets its partial ``template#fragment``, or the
    whole of ``fragment`` when that names a file. Status 286 ends polling and is
    only meant for fragments.
    """
    if not wants_fragment(request):
        page_status = 200 if status == STOP_POLLING else status
        return _varied(render(request, template, dict(context), status=page_status))
    part = fragment if fragment.endswith(".html") else f"{template}#{fragment}"
    return _varied(render(request, part, dict(context), status=status))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the fields of a POST, however few; nothing on GET."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, template: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The page of a form: 200 to be filled in, 422 when what was posted is refused."""
    status = 422 if request.method == "POST" else 200
    return render(request, template, dict(context), status=status)


STOP_POLLING = 286
"""htmx swaps such an answer and asks no more."""


def _path(to: Any) -> str:
    return str(resolve_url(to))


def _varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    return response
