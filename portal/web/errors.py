"""The pages people meet when something is refused, missing or broken.

400, 403, 404, 405 and 409 are ordinary pages with navigation, and for htmx a short
fragment sent to the alert region. 500 and 503 are rendered without request, session
or database, because any of these may be what is broken.
"""

import logging
import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.http import reswap, retarget
from django_htmx.middleware import HtmxDetails

from portal import context
from portal.accounts.roles import GRANTED_BY
from portal.exceptions import DomainError
from portal.web.http import wants_fragment

RETRY_AFTER_SECONDS = 10

logger = logging.getLogger(__name__)


def bad_request(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """400: the request itself makes no sense; the reason stays in the log."""
    return _refusal(
        request,
        HTTPStatus.BAD_REQUEST,
        title="That request could not be read",
        text="Something in the address or the form is not valid.",
    )


def permission_denied(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """403: says which role may, and who gives that role."""
    role = getattr(exception, "role", "")
    return _refusal(
        request,
        HTTPStatus.FORBIDDEN,
        title="You may not do this",
        text=str(exception or "") or "Your roles do not allow it.",
        role=role,
        granted_by=GRANTED_BY.get(role, ""),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token does not belong to this session."""
    logger.warning("csrf_refused", extra={"reason": reason})
    return _refusal(
        request,
        HTTPStatus.FORBIDDEN,
        title="This form has expired",
        text="You signed in or out since the page was opened, or the browser refuses "
        "cookies. Go back, reload the page and send the form again.",
    )


def foreign_origin(request: HttpRequest) -> HttpResponse:
    """403: another site tried to act in the person's name."""
    return _refusal(
        request,
        HTTPStatus.FORBIDDEN,
        title="Another site sent this",
        text="The request came from a page outside the portal, so it was not "
        "carried out.",
    )


def page_not_found(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """404: no such page, or one this person may not know of."""
    return _refusal(
        request,
        HTTPStatus.NOT_FOUND,
        title="Nothing is here",
        text="The address may be mistyped, or it names something you cannot see.",
    )


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: usually the address of a form's answer, opened as a page."""
    response = _refusal(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        title="This address only takes a form",
        text="Go back to the page you came from and use its button.",
    )
    response.headers["Allow"] = allowed
    return response


def conflict(request: HttpRequest, error: DomainError) -> HttpResponse:
    """409: a rule said no, or somebody was faster; nothing was changed."""
    return _refusal(
        request,
        HTTPStatus.CONFLICT,
        title="That is no longer possible",
        text=str(error) or "It changed while you were looking at it.",
        reload=HtmxDetails(request).current_url_abs_path or "",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the request id; 503 when the database is what failed."""
    if is_unavailable(sys.exception()):
        return unavailable(request)
    return _calm("500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the records cannot be reached; the browser may ask again soon."""
    response = _calm("503.html", HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def is_unavailable(error: BaseException | None) -> bool:
    """Whether this is the database being away or too busy, not a fault of ours."""
    return isinstance(error, OperationalError | InterfaceError)


def _refusal(request: HttpRequest, status: HTTPStatus, **data: str) -> HttpResponse:
    data |= {"request_id": context.request_id.get(), "status": str(status.value)}
    if wants_fragment(request):
        response = render(request, "parts/_refusal.html", data, status=status)
        retarget(response, "#alerts")
        reswap(response, "innerHTML")
    else:
        response = render(request, f"{status.value}.html", data, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _calm(template: str, status: HTTPStatus) -> HttpResponse:
    request_id = context.request_id.get()
    try:
        page = render_to_string(template, {"request_id": request_id})
    except Exception:  # the last page must appear whatever is broken
        logger.exception("error_page_failed")
        plain = f"{status.value} {status.phrase}. Request {request_id or 'unknown'}."
        return HttpResponse(plain, status=status, content_type="text/plain")
    return HttpResponse(page, status=status)
