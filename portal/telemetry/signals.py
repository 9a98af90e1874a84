"""Carry the request's id from the log into the rest of the portal."""

from typing import Any

import structlog
from celery.signals import setup_logging
from django_structlog.signals import bind_extra_request_metadata

from portal import context
from portal.telemetry import logs


def connect() -> None:
    """Listen; called once when the app is ready."""
    bind_extra_request_metadata.connect(_share, dispatch_uid="telemetry.request_id")
    setup_logging.connect(_worker_logs, dispatch_uid="telemetry.celery")


def _share(sender: Any, **_kwargs: Any) -> None:
    bound = structlog.contextvars.get_contextvars()
    context.request_id.set(str(bound.get("request_id", "")))
    context.origin.set("web")


def _worker_logs(sender: Any, **_kwargs: Any) -> None:
    """Celery keeps its hands off: Django's LOGGING is already in force."""
    logs.configure()
