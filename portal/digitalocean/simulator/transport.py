"""The account inside this process: a session whose requests never meet a socket."""

import time
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError

from portal.digitalocean.simulator.http import Request, Response
from portal.digitalocean.simulator.machine import Machine


def session(machine: Machine) -> requests.Session:
    """A requests session whose every call is answered by the machine."""
    made = requests.Session()
    made.trust_env = False
    for scheme in ("https://", "http://"):
        made.mount(scheme, MachineAdapter(machine))
    return made


class MachineAdapter(BaseAdapter):
    """Hands requests to a machine; drops and hangs become requests' own errors."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002  requests' signature
        timeout: Any = None,
        verify: Any = True,  # noqa: FBT002
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        response = self._machine.handle(_request(request))
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        if response.hangs or (patience and response.delay > patience):
            raise requests.ReadTimeout("The simulated account did not answer.")
        if response.dropped:
            raise requests.ConnectionError(ProtocolError("Connection reset."))
        time.sleep(response.delay)
        return _response(request, response)

    def close(self) -> None:
        """Nothing is open."""


def _request(prepared: requests.PreparedRequest) -> Request:
    parts = urlsplit(prepared.url or "")
    body = prepared.body or b""
    return Request(
        method=prepared.method or "GET",
        path=str(parts.path),
        query=dict(parse_qsl(str(parts.query), keep_blank_values=True)),
        headers={name.lower(): str(value) for name, value in prepared.headers.items()},
        body=body.encode() if isinstance(body, str) else body,
    )


def _response(
    prepared: requests.PreparedRequest, response: Response
) -> requests.Response:
    made = requests.Response()
    made.status_code = response.status
    made.headers = CaseInsensitiveDict(response.headers)
    made.raw = HTTPResponse(BytesIO(response.body), preload_content=False)
    made.url = prepared.url or ""
    made.request = prepared
    return made
