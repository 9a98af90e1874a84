"""Every line is JSON with the request's id, and none holds a secret."""

import io
import json
import logging
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.test import Client

from portal.audit.models import AuditEvent
from portal.telemetry import logs
from tests.factories import make_user

CANARY = "canary-7f3a"


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def json_logs(stream: io.StringIO) -> Any:
    """The production formatter on a handler of its own, at INFO."""
    configured = logs.configuration(console=False, level="INFO")
    options = dict(configured["formatters"]["portal"])
    factory = options.pop("()")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(factory(**options))
    logger = logging.getLogger("tests.logs")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    yield structlog.get_logger("tests.logs")
    logger.handlers = []


def test_every_handler_writes_our_format() -> None:
    for handler in settings.LOGGING["handlers"].values():
        assert handler["formatter"] == "portal"


def test_a_line_is_one_json_object(json_logs: Any, stream: io.StringIO) -> None:
    json_logs.info("change_started", change=41)
    [line] = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert (line["event"], line["change"], line["level"]) == (
        "change_started",
        41,
        "info",
    )
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "event",
    [
        {"api_token": CANARY},
        {"password": CANARY},
        {"note": f"sent dop_v1_{CANARY.replace('-', '')}"},
        {"note": f"Authorization: Bearer {CANARY}"},
    ],
)
def test_a_secret_is_removed_by_name_and_by_shape(
    json_logs: Any, stream: io.StringIO, event: dict[str, str]
) -> None:
    json_logs.info("something", **event)
    output = stream.getvalue()
    assert CANARY not in output
    assert CANARY.replace("-", "") not in output
    assert logs.REMOVED in output


def test_a_traceback_does_not_show_local_variables(
    json_logs: Any, stream: io.StringIO
) -> None:
    def fail() -> None:
        hidden = CANARY
        raise LookupError(len(hidden))

    try:
        fail()
    except LookupError:
        json_logs.exception("it_failed")
    output = stream.getvalue()
    assert "LookupError" in output
    assert CANARY not in output


@pytest.mark.django_db
def test_the_answer_and_the_audit_row_carry_the_requests_id(client: Client) -> None:
    user = make_user("engineer")
    client.force_login(user)
    answer = client.post("/account/logout/")
    event = AuditEvent.objects.get(action="session.closed")
    assert event.request_id
    assert answer["X-Request-ID"] == event.request_id
