"""Who is asking, from where: ambient facts for logs and audit rows.

Never the actor: every service takes the person explicitly, because an ambient actor
is wrong inside a worker.
"""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the HTTP request or of the worker's tick, for correlation."""

origin: ContextVar[str] = ContextVar("origin", default="command")
"""``web``, ``worker`` or ``command``."""
