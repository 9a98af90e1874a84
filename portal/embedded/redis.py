"""The embedded Redis: describe its process, ask if it is ready.

It is the broker of wake-up messages and nothing else; losing its data costs a
second of delay. It listens on no TCP port: its wheel lacks later security fixes.
"""

import socket
from pathlib import Path

from portal.embedded import locations
from portal.embedded.processes import SERVER_ENVIRONMENT, Command

CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
daemonize no
appendonly {durable}
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy noeviction
loglevel warning
"""
# What it says at every start although nothing is wrong.
CHATTER = ("Reading config", "oO0OoO0", "just started", "loaded", "Memory overcommit")


def command(state: Path, programs: Path, *, durable: bool, lock: int) -> Command:
    """The server in the foreground, configured through its standard input."""
    configuration = CONFIGURATION.format(
        socket=locations.redis_socket(state),
        folder=state / "redis",
        durable="yes" if durable else "no",
    )
    return Command(
        name="redis",
        arguments=[programs / "redis-server", "-"],
        environment=SERVER_ENVIRONMENT,
        stdin=configuration.encode(),
        inherit=(lock,),
        unsaid=CHATTER,
        server_state=state,
    )


def is_ready(state: Path) -> bool:
    """Whether the server answers PING (it refuses while it loads its data)."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(locations.redis_socket(state)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
