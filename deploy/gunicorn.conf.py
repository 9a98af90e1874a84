"""The web server, in production and on one machine.

Threads, not coroutines: the pages are synchronous and wait for the database.
"""

import os
from pathlib import Path

from portal.telemetry import logs

wsgi_app = "portal.wsgi"
bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
timeout = 30
graceful_timeout = 30
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
limit_request_fields = 60
# No socket through which a local user could steer the server.
control_socket_disable = True
# Heartbeats of the workers: a disk that hangs must not look like a worker that does.
MEMORY = Path("/dev/shm")  # noqa: S108
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None
# Requests are logged by the application, with their ids.
accesslog = None
LEVEL = os.environ.get("LOG_LEVEL", "INFO").upper()
logconfig_dict = logs.configuration(
    console=os.environ.get("PORTAL_LOG_FORMAT") == "console", level=LEVEL
)
logconfig_dict["loggers"]["gunicorn.error"] = {
    "handlers": ["stderr"],
    "level": LEVEL,
    "propagate": False,
}
