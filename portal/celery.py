"""The Celery application: a clock and a pair of hands, never a memory.

PostgreSQL is the queue and the truth. A message only says "look now", so a message
that is lost, doubled or forged changes nothing.
"""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

from portal.sweep import transport
from portal.sweep.bootsteps import OwnTick

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

transport.register()
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
app.steps["worker"].add(OwnTick)
