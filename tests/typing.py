"""Settings for the type checker, which needs no server."""

import os

os.environ.setdefault("DATABASE_URL", "postgresql:///types")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:9/0")

from tests.settings import *  # noqa: F403
