"""The client's pipeline: three policies that make pydo safe for changes.

pydo 0.44 returns most documented errors as if they were results, repeats POST on
500 and 503, and refuses a token over http. A change must be sent exactly once and
every error must be an exception, so: raise on every error, guard and count every
request, and carry the bearer token ourselves on a loopback connection.
"""

from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse

from portal.digitalocean import sending
from portal.digitalocean.meter import Meter

READS = frozenset({"GET", "HEAD"})


class RaiseOnError(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Turns every answer that is not a 2xx into an exception."""

    def on_response(
        self,
        request: PipelineRequest[HttpRequest],
        response: PipelineResponse[HttpRequest, HttpResponse],
    ) -> None:
        if not 200 <= response.http_response.status_code < 300:
            raise HttpResponseError(response=response.http_response)


class StaticBearer(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Carries the token without insisting on TLS; for loopback only."""

    def __init__(self, token: str) -> None:
        self._authorization = f"Bearer {token}"

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        request.http_request.headers["Authorization"] = self._authorization


class Watch(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Last policy before the socket: asks the guard, reads the rate limit."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        if request.http_request.method.upper() not in READS:
            sending.check()

    def on_response(
        self,
        request: PipelineRequest[HttpRequest],
        response: PipelineResponse[HttpRequest, HttpResponse],
    ) -> None:
        self._meter.note(response.http_response.headers)
