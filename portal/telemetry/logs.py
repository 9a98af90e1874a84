"""Structured logs: one JSON object a line, with the request's id, never a secret."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

SECRET_NAME = re.compile(
    r"token|secret|password|passwd|authorization|cookie|api_?key|otp", re.IGNORECASE
)
SECRET_VALUE = re.compile(r"\b(?:dop|doo|dor)_v1_\w+|\bBearer\s+\S+")
SECRET_PATH = re.compile(
    r"(/(?:invitations|account/confirm-email|account/password/reset/key)/)[^/\s]+"
)
"""Addresses that open something for whoever knows them."""
REMOVED = "[removed]"


def redact(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank every value whose name or shape says that it is a secret."""
    for key, value in event.items():
        if SECRET_NAME.search(key):
            event[key] = REMOVED
        elif isinstance(value, str):
            value = SECRET_PATH.sub(rf"\1{REMOVED}", value)
            event[key] = SECRET_VALUE.sub(REMOVED, value)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
]
# Local variables are where secrets live: they never reach a log.
JSON_ONLY: list[Any] = [
    structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    redact,
    structlog.processors.JSONRenderer(),
]
CONSOLE: list[Any] = [
    redact,
    structlog.dev.ConsoleRenderer(
        colors=False,
        pad_event_to=0,
        exception_formatter=structlog.dev.plain_traceback,
    ),
]


def configuration(*, console: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: every handler has our formatter, JSON unless ``console``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "portal": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *(CONSOLE if console else JSON_ONLY),
                ],
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "portal"}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "celery": {"level": "WARNING"},
            "celery.worker": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "django_structlog.celery": {"level": "WARNING"},
            "azure": {"level": "WARNING"},
        },
    }


def configure() -> None:
    """Point structlog at the standard library's loggers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
