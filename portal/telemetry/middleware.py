"""Health answers come first: a probe may call us by any name and over plain http."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.telemetry import views

GetResponse = Callable[[HttpRequest], HttpResponseBase]
ANSWERS = {"/healthz": views.healthz, "/readyz": views.readyz}


class HealthMiddleware:
    """Answers the two probes before hosts, sessions, redirects and logs matter."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = ANSWERS.get(request.path)
        return answer(request) if answer else self.get_response(request)
