"""What happens around every view: headers, origin, zone, and errors made readable."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from portal import context
from portal.accounts.models import TIME_ZONES
from portal.exceptions import DomainError
from portal.web import errors
from portal.web.forms import query_refused
from portal.web.http import wants_fragment

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SEEN_EVERY = timedelta(minutes=1)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
OWN_SITES = {"same-origin", "none"}
PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in ("camera", "geolocation", "microphone", "payment")]
    + ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)


class HeadersMiddleware:
    """Headers no view sets: what the page may use, and that nobody keeps a copy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        if request_id := context.request_id.get():
            response.headers.setdefault("X-Request-ID", request_id)
        return response


class UnavailableMiddleware:
    """A database that is away gives a calm 503. This sees the errors of views; those
    of other middleware reach `errors.server_error`, which decides the same."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not errors.is_unavailable(exception):
            return None
        errors.logger.error("database_unavailable", exc_info=exception)
        return errors.unavailable(request)


class OriginMiddleware:
    """Refuses what cannot come from our own pages: an unsafe method sent by another
    site (Fetch Metadata, W3C), and addresses holding a NUL byte."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        site = request.headers.get("Sec-Fetch-Site", "none")
        if request.method not in SAFE_METHODS and site not in OWN_SITES:
            return errors.foreign_origin(request)
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request)
        return self.get_response(request)


class SessionActivityMiddleware:
    """Notes when a session was last seen and from where, for its owner's list and for
    ending it: at most once a minute, so that reading pages costs no write."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and request.session.session_key:
            known = UserSession.objects.filter(
                session_key=request.session.session_key,
                last_seen_at__gt=timezone.now() - SEEN_EVERY,
            )
            if not known.exists():
                UserSession.objects.create_from_request(request)
        return self.get_response(request)


class ZoneMiddleware:
    """Shows times in the person's zone; without one, in the company's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = getattr(request.user, "time_zone", "")
        if zone not in TIME_ZONES:
            zone = settings.PORTAL_TIME_ZONE
        with timezone.override(ZoneInfo(zone)):
            return self.get_response(request)


class ErrorsMiddleware:
    """Turns what the rules refuse into pages, and for htmx into fragments; a session
    that ended sends the whole page to sign-in, never the sign-in form into a part."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query_refused.set(False)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return errors.method_not_allowed(request, response.headers["Allow"])
        if (
            query_refused.get()
            and response.status_code == HTTPStatus.OK
            and not wants_fragment(request)
        ):
            response.status_code = HTTPStatus.BAD_REQUEST
        if _leads_to_sign_in(response) and wants_fragment(request):
            return _sign_in(request, resolve_url(settings.LOGIN_URL))
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return errors.conflict(request, exception)
        if isinstance(exception, PermissionDenied):
            return errors.permission_denied(request, exception)
        if isinstance(exception, ReauthenticationRequired) and wants_fragment(request):
            methods = get_adapter().get_reauthentication_methods(request.user)
            url = methods[0]["url"] if methods else resolve_url(settings.LOGIN_URL)
            return _sign_in(request, url)
        return None


def _leads_to_sign_in(response: HttpResponseBase) -> bool:
    if response.status_code != HTTPStatus.FOUND:
        return False
    path = urlsplit(response.headers.get("Location", "")).path
    return path == resolve_url(settings.LOGIN_URL)


def _sign_in(request: HttpRequest, url: str) -> HttpResponse:
    """401 that moves the whole page to ``url`` and back to where it is now."""
    back = HtmxDetails(request).current_url_abs_path or "/"
    response = HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    response.headers["HX-Redirect"] = f"{url}?{urlencode({REDIRECT_FIELD_NAME: back})}"
    return response
