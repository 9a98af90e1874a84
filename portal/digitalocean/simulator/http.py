"""Requests and responses without a network."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What a client asked: headers have lower-case names, query the last of each."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """What the client gets, and how badly.

    `delay` is seconds before anything is written; `dropped` closes the connection
    without an answer; `hangs` never answers.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    dropped: bool = False
    hangs: bool = False


class RefusalError(Exception):
    """The account says no: becomes an error body with its status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


ERROR_IDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "precondition_failed",
    422: "unprocessable_entity",
    429: "too_many_requests",
    500: "server_error",
}


def answer(status: int, document: Document) -> Response:
    """A JSON response."""
    return Response(
        status=status,
        body=json.dumps(document, separators=(",", ":")).encode(),
        headers={"content-type": "application/json; charset=utf-8"},
    )


def refusal(status: int, message: str) -> Response:
    """An error in the provider's form: {"id", "message"}."""
    return answer(status, {"id": ERROR_IDS.get(status, "error"), "message": message})


def json_object(body: bytes) -> Document:
    """The request body as an object; anything else is a 400."""
    try:
        document = json.loads(body or b"null")
    except (ValueError, RecursionError):
        raise RefusalError(400, "The request body is not valid JSON.") from None
    if not isinstance(document, dict):
        raise RefusalError(400, "The request body must be a JSON object.")
    return document
