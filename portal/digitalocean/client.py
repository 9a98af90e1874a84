"""Provider clients, one per process and token. The only module that imports pydo."""

import ipaddress
import os
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from portal.digitalocean.errors import RefusedError
from portal.digitalocean.meter import Meter
from portal.digitalocean.provider import Provider

REAL_ENDPOINT = "https://api.digitalocean.com"
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0


def reader() -> Provider:
    """The account seen through the token that can only read."""
    return _provider("READ")


def writer() -> Provider:
    """The account seen through the token that may change things; workers only."""
    return _provider("WRITE")


def connect(
    token: str,
    *,
    endpoint: str = "",
    connect_timeout: float = CONNECT_TIMEOUT,
    read_timeout: float = READ_TIMEOUT,
    session: requests.Session | None = None,
) -> Provider:
    """Build a client for `endpoint` (the real one when empty); times in seconds.

    Plain http is only accepted for a loopback address, so that a token never leaves
    the machine in clear: anything else is a ValueError. `session` replaces the
    network, for an account simulated in this process.
    """
    # pydo costs half a second and 50 MB, and only workers ever call the provider.
    import pydo
    from azure.core.pipeline.policies import RetryPolicy
    from azure.core.pipeline.transport import RequestsTransport

    from portal.digitalocean.exchange import PydoExchange
    from portal.digitalocean.policies import (
        RaiseOnError,
        StaticBearer,
        Watch,
    )

    meter = Meter()
    options: dict[str, Any] = {
        "endpoint": endpoint or REAL_ENDPOINT,
        "per_call_policies": [RaiseOnError()],
        "per_retry_policies": [Watch(meter)],
        "retry_policy": RetryPolicy.no_retries(),
        "permit_redirects": False,
        "connection_timeout": connect_timeout,
        "read_timeout": read_timeout,
        "user_agent": "operations-portal",
    }
    if endpoint.lower().startswith("http://"):
        _insist_on_loopback(endpoint)
        options |= {
            "authentication_policy": StaticBearer(token),
            "use_env_settings": False,
        }
    if session is not None:
        options["transport"] = RequestsTransport(session=session, session_owner=False)
    return Provider(pydo.Client(token, **options), PydoExchange(), meter)


def _provider(role: str) -> Provider:
    endpoint = str(getattr(settings, "DIGITALOCEAN_ENDPOINT", ""))
    token = str(getattr(settings, f"DIGITALOCEAN_{role}_TOKEN", ""))
    session = getattr(settings, "DIGITALOCEAN_SESSION", None)
    if not token and (session is not None or endpoint.startswith("http://")):
        token = f"simulated-{role.lower()}"
    if not token:
        raise RefusedError("No DigitalOcean token is configured.", http_status=401)
    return _connected(
        os.getpid(),
        role,
        token,
        endpoint,
        float(getattr(settings, "DIGITALOCEAN_CONNECT_TIMEOUT", CONNECT_TIMEOUT)),
        float(getattr(settings, "DIGITALOCEAN_READ_TIMEOUT", READ_TIMEOUT)),
        session,
    )


@lru_cache(maxsize=16)
def _connected(
    _process: int,
    _role: str,
    token: str,
    endpoint: str,
    connect_timeout: float,
    read_timeout: float,
    session: requests.Session | None,
) -> Provider:
    """One client per process: a connection must not be carried across a fork."""
    return connect(
        token,
        endpoint=endpoint,
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        session=session,
    )


def _insist_on_loopback(endpoint: str) -> None:
    host = urlsplit(endpoint).hostname or ""
    if host == "localhost":
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ValueError("A token is sent over plain http to this machine only.")
