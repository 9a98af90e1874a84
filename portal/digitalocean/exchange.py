"""One call through pydo, and its outcome in the portal's own words.

Every error is raised `from None`: the client library's own exceptions may carry the
provider's answer, which can hold a password, and must not reach a traceback.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from azure.core.exceptions import AzureError, HttpResponseError, ServiceRequestError
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
)

from portal.digitalocean import errors
from portal.digitalocean.provider import Reply

NEVER_SENT = (NewConnectionError, ConnectTimeoutError, NameResolutionError)
BUSY = ("pending event", "maintenance", "is locked", "already in progress")
ALREADY = ("already powered", "same configuration", "same size", "already exists")
DEFAULT_WAIT = 60.0
LONGEST_WAIT = 3600.0


class PydoExchange:
    """Calls pydo's methods; a read that fails may be repeated, a change may not."""

    def read(self, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """The decoded body of a GET. Raises a ProviderError, never a pydo error."""
        try:
            return method(*args, **options)
        except HttpResponseError as error:
            _raise_for_answer(error, unclear=errors.UnavailableError)
        except ServiceRequestError:
            raise errors.UnreachableError from None
        except (AzureError, ValueError):
            raise errors.UnavailableError from None

    def change(self, method: Callable[..., Any], *args: Any, **options: Any) -> Reply:
        """Send one change once. Raises UnknownOutcomeError whenever in doubt."""
        try:
            return method(*args, cls=_reply, **options)  # type: ignore[no-any-return]
        except HttpResponseError as error:
            _raise_for_answer(error, unclear=errors.UnknownOutcomeError)
        except ServiceRequestError as error:
            if _never_sent(error):
                raise errors.UnreachableError from None
            raise errors.UnknownOutcomeError from None
        except (AzureError, ValueError):
            raise errors.UnknownOutcomeError from None


def _reply(pipeline_response: Any, body: Any, _headers: Any) -> Reply:
    answer = pipeline_response.http_response
    return Reply(answer.status_code, answer.headers.get("x-request-id", ""), body or {})


def _never_sent(error: BaseException) -> bool:
    """Whether the connection itself failed, found at the root of the exception.

    The client library wraps other connection errors in the same class, so the class
    alone proves nothing.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, NEVER_SENT):
            return True
        candidates = (
            getattr(cause, "inner_exception", None),
            getattr(cause, "reason", None),
            cause.args[0] if cause.args else None,
        )
        cause = next((c for c in candidates if isinstance(c, BaseException)), None)
    return False


def _raise_for_answer(
    error: HttpResponseError, *, unclear: type[errors.ProviderError]
) -> NoReturn:
    status = error.status_code
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    known = {"request_id": headers.get("x-request-id", "")}
    if status == 429:
        raise errors.ThrottledError(wait_seconds=_wait(headers), **known) from None
    kind = _kind(status, _message(error))
    message = f"{(kind or unclear).advice} (HTTP {status})" if status else ""
    raise (kind or unclear)(message, http_status=status, **known) from None


def _kind(status: int | None, message: str) -> type[errors.ProviderError] | None:
    if status == 404:
        return errors.GoneError
    if status in {409, 412, 423} or (status == 422 and _has(message, BUSY)):
        return errors.BusyError
    if status == 422 and _has(message, ALREADY):
        return errors.AlreadyError
    if status is not None and 400 <= status < 500 and status != 408:
        return errors.RefusedError
    return None


def _has(message: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in message.lower() for phrase in phrases)


def _message(error: HttpResponseError) -> str:
    """The provider's own sentence: for deciding only, never for showing."""
    try:
        body = json.loads(getattr(error.response, "text", str)())
    except (ValueError, AzureError):
        return ""
    return str(body.get("message", "")) if isinstance(body, dict) else ""


def _wait(headers: Mapping[str, str]) -> float:
    """Seconds to wait after a 429: retry-after, else until the budget recovers."""
    try:
        if "retry-after" in headers:
            wait = float(headers["retry-after"])
        else:
            wait = float(headers["ratelimit-reset"]) - time.time()
    except (KeyError, ValueError):
        return DEFAULT_WAIT
    return min(max(wait, 1.0), LONGEST_WAIT) if wait == wait else DEFAULT_WAIT
