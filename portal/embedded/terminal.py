"""What the person at the terminal sees: one line after another, each with its source.

The terminal may vanish (a closed window, a pipe's other end): the portal then goes
on, or stops in order, without a word.
"""

import os
import sys
from typing import TextIO

WIDTH = 10
COLOURS = {
    "portal": 1,
    "postgresql": 34,
    "redis": 31,
    "simulator": 35,
    "prepare": 33,
    "web": 32,
    "worker": 36,
    "beat": 90,
}


class Terminal:
    """Prints lines; colours the source's name when a person reads them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._open = True
        self._person = self._stream.isatty()
        self._coloured = self._person and "NO_COLOR" not in os.environ

    def lost(self) -> bool:
        """Whether there was a terminal and it has been closed.

        SIGHUP is not enough: make, when it leads the session, keeps it to itself.
        """
        return self._person and not self._stream.isatty()

    def line(self, source: str, text: str) -> None:
        """Print one line of a process, its control characters taken out."""
        clean = "".join(c for c in text if c.isprintable() or c == "\t").rstrip()
        if clean:
            self.text(f"{self._name(source)} | {clean}")

    def say(self, text: str) -> None:
        """Print one line of the supervisor's own."""
        self.line("portal", text)

    def text(self, text: str) -> None:
        """Print text as it is."""
        if not self._open:
            return
        try:
            self._stream.write(f"{text}\n")
            self._stream.flush()
        except (OSError, ValueError):
            self._open = False

    def _name(self, source: str) -> str:
        name = source.ljust(WIDTH)
        if not self._coloured:
            return name
        return f"\x1b[{COLOURS.get(source, 0)}m{name}\x1b[0m"
