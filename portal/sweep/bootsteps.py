"""The worker's own tick: work goes on without beat and without Redis.

A thread of the worker process, with its own database connection, looks every few
seconds whether anything has swept lately. When nothing has for 15 s it sweeps
itself until somebody else does. It starts before the consumer connects, so a broker
that has never been up only slows the work.
"""

import os
import threading
from typing import Any, ClassVar

import structlog
from celery import bootsteps
from django.conf import settings

log = structlog.get_logger(__name__)

SHUTDOWN_SECONDS = 150
"""Longer than the hard limit of one task (120 s)."""
EXIT_STUCK = 70


class OwnTick(bootsteps.StartStopStep):
    """Sweeps in this process whenever no tick came for OWN_TICK_AFTER seconds."""

    requires: ClassVar = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:
        self.thread = threading.Thread(target=self._watch, name="own-tick", daemon=True)
        self.thread.start()

    def stop(self, parent: Any) -> None:
        self.stopping.set()
        # A worker that cannot end must not live on without working: whoever
        # supervises it starts another one, and every step can be taken up again.
        end = threading.Timer(SHUTDOWN_SECONDS, os._exit, [EXIT_STUCK])
        end.daemon = True
        end.start()
        if self.thread is not None:
            self.thread.join(timeout=5)

    terminate = stop

    def _watch(self) -> None:
        from portal.sweep import own

        watch = own.Watch()
        while not self.stopping.wait(settings.OWN_TICK_EVERY):
            watch.tick()
