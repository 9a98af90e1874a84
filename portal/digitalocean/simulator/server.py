"""The account's HTTP face, on loopback only."""

import socket
import struct
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from urllib.parse import parse_qsl, urlsplit

from portal.digitalocean.simulator import control
from portal.digitalocean.simulator.http import Request, Response, refusal
from portal.digitalocean.simulator.machine import Machine

HOST = "127.0.0.1"
OWN_NAMES = {"127.0.0.1", "localhost"}
MOST_BODY = 1024 * 1024
IDLE_SECONDS = 60
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """Serves one machine until `stop`; hanging requests end with it."""

    daemon_threads = True
    request_queue_size = 64
    # Whoever starts us may hold the port for us, bound but not listening.
    allow_reuse_port = True

    def __init__(self, machine: Machine, port: int = 0) -> None:
        self.closing = Event()
        super().__init__((HOST, port), partial(Handler, machine, self.closing))

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    def stop(self) -> None:
        """Stop serving; call from another thread than the one that serves."""
        self.closing.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Carries requests to the machine, and its misbehaviour to the socket."""

    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    timeout = IDLE_SECONDS

    def __init__(
        self,
        machine: Machine,
        closing: Event,
        request: socket.socket,
        client_address: tuple[str, int],
        server: ThreadingHTTPServer,
    ) -> None:
        self.machine = machine
        self.closing = closing
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the ledger says what happened."""

    def _serve(self) -> None:
        response = self._response()
        if response.hangs:
            self.closing.wait()
        if response.delay:
            self.closing.wait(response.delay)
        if response.dropped or response.hangs or self.closing.is_set():
            self._drop()
        else:
            self._write(response)

    def _response(self) -> Response:
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BODY:
            self.close_connection = True
            return refusal(413, "The request body is too large.")
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
        )
        if request.headers.get("host", "").split(":")[0] not in OWN_NAMES:
            return refusal(403, "This simulator serves its own machine only.")
        if request.path.startswith(control.PREFIX):
            return control.handle(self.machine, request)
        return self.machine.handle(request)

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def _drop(self) -> None:
        """Close with a reset: the client sees a broken connection, never an answer."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.connection.close()
