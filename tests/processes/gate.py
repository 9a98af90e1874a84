"""A gate before the database's socket, which a test can close and open again."""

import contextlib
import socket
import threading
from pathlib import Path

NAME = ".s.PGSQL.5432"
CHUNK = 65536


class Gate:
    """Carries every session of a unix socket to another; closing it cuts them all."""

    def __init__(self, folder: Path, target: Path) -> None:
        self.path, self.target = folder / NAME, target
        self.listener: socket.socket | None = None
        self.ends: list[socket.socket] = []

    def open(self) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen(32)
        threading.Thread(target=self._serve, args=[self.listener], daemon=True).start()

    def close(self) -> None:
        """No new session, and an end to those that are."""
        if self.listener is not None:
            _end(self.listener)
            self.path.unlink()
            self.listener = None
        while self.ends:
            _end(self.ends.pop())

    def _serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self.target))
                self.ends += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=ends, daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            sink.sendall(data)
    _end(source)
    _end(sink)


def _end(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
