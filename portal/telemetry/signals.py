"""Carry the request's id from the log into the rest of the portal."""

from typing import Any

import structlog
from celery.signals import setup_logging
from django_structlog.signals import (
    bind_extra_request_failed_metadata,
    bind_extra_request_finished_metadata,
    bind_extra_request_metadata,
)

from portal import context
from portal.telemetry import logs


def connect() -> None:
    """Listen; called once when the app is ready."""
    bind_extra_request_metadata.connect(_share, dispatch_uid="telemetry.request_id")
    for ended in (
        bind_extra_request_finished_metadata,
        bind_extra_request_failed_metadata,
    ):
        ended.connect(_name_user, dispatch_uid="telemetry.user")
    setup_logging.connect(_worker_logs, dispatch_uid="telemetry.celery")


def _share(sender: Any, **_kwargs: Any) -> None:
    bound = structlog.contextvars.get_contextvars()
    context.request_id.set(str(bound.get("request_id", "")))
    context.origin.set("web")


def _name_user(sender: Any, request: Any, **_kwargs: Any) -> None:
    """Log who it was when that is known: a log line never asks the database."""
    user = getattr(request, "_cached_user", None)
    if user is not None:
        structlog.contextvars.bind_contextvars(user_id=user.pk)


def _worker_logs(sender: Any, **_kwargs: Any) -> None:
    """Celery keeps its hands off: Django's LOGGING is already in force."""
    logs.configure()
