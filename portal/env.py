"""Typed readers of the environment; a bad value stops the start, not a request."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    message = f"{name} must be yes or no, not {value!r}."
    raise ImproperlyConfigured(message)


def number(name: str, default: float) -> float:
    value = text(name) or str(default)
    try:
        return float(value)
    except ValueError as error:
        message = f"{name} must be a number, not {value!r}."
        raise ImproperlyConfigured(message) from error


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or blanks."""
    return text(name, default).replace(",", " ").split()


def secret(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to."""
    path = text(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"{name}_FILE cannot be read: {error.strerror}."
            raise ImproperlyConfigured(message) from error
    return text(name, default)


def database(name: str) -> dict[str, Any] | None:
    """Django's settings for a PostgreSQL URL, or None when NAME is not set.

    Understands everything libpq does, a unix socket folder as ``?host=/folder``
    included.
    """
    url = secret(name)
    if not url:
        return None
    if not url.startswith(("postgresql://", "postgres://")):
        message = f"{name} must start with postgresql:// (PostgreSQL only)."
        raise ImproperlyConfigured(message)
    parts = dict(conninfo_to_dict(url))
    return {
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": parts,
    }
