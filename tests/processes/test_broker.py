"""Redis may lose, double and forge every message, or be away: nothing depends on it."""

import json
import random
import time
from collections.abc import Iterator

import pytest

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.celery import app
from portal.changes.models import ChangeRequest
from portal.embedded import locations
from tests.processes.conftest import Change
from tests.processes.fleet import Fleet

pytestmark = pytest.mark.django_db(transaction=True)
RESIZE = "droplet.resize"
QUEUE = "portal:celery"
FORGED = 200


def test_everything_in_redis_is_lost_in_the_middle(change: Change) -> None:
    change.approve()
    change.until_step(RESIZE, "acked")
    for _ in range(3):
        with change.fleet.broker as broker:
            broker.flushall()
        time.sleep(0.2)
    change.ends_well()


def test_redis_dies_in_the_middle_and_comes_back(change: Change) -> None:
    change.approve()
    change.until_step(RESIZE, "acked")
    change.fleet.kill("redis")
    time.sleep(1)
    change.fleet.heal()
    change.ends_well()


def test_a_worker_that_never_finds_redis_carries_the_work_itself(
    change: Change,
) -> None:
    change.approve()
    change.fleet.kill("redis", "worker-1", "worker-2", "beat-1", "beat-2")
    change.fleet["worker-1"].start()
    change.ends_well()


def test_forged_and_garbled_messages_harm_nobody(change: Change) -> None:
    change.until("pending")
    workers = change.fleet.workers
    heads = [worker.pid for worker in workers]
    before = standing()
    order_everybody_to_stop(change.fleet)
    with change.fleet.broker as broker:
        broker.lpush(QUEUE, *list(forgeries()))
        change.fleet.wait_until(lambda: not broker.llen(QUEUE), "all are consumed")
    assert [worker.pid for worker in workers if worker.is_alive] == heads
    assert standing() == before
    assert not change.fleet.account.effects()
    change.approve()
    change.ends_well()


def order_everybody_to_stop(fleet: Fleet) -> None:
    """What anybody may send who can write to Redis."""
    with app.connection_for_write(locations.redis_url(fleet.state)) as link:
        app.control.broadcast("shutdown", connection=link)


def standing() -> list[int]:
    tables = (User, ChangeRequest, AuditEvent)
    return [table.objects.count() for table in tables]


def forgeries() -> Iterator[bytes]:
    """Names nobody knows, arguments nobody asked for, pickles, and noise."""
    chance = random.Random(7)
    makers = [
        lambda: envelope("portal.drop_everything"),
        lambda: envelope("portal.sweep", args=[1, {"x": "y"}], kwargs={"a": 1}),
        lambda: envelope("portal.sweep", content_type="application/x-python-serialize"),
        lambda: envelope("celery.chord_unlock", args=["x", {"task": "portal.sweep"}]),
        lambda: envelope("portal.sweep", eta="not a time", expires="never"),
        lambda: envelope("portal.sweep")[: chance.randrange(1, 200)],
        lambda: chance.randbytes(60),
        lambda: b"[]",
        lambda: b'"text"',
        lambda: b"{}",
    ]
    for number in range(FORGED):
        yield makers[number % len(makers)]()


def envelope(
    task: str,
    *,
    args: object = (),
    kwargs: object = None,
    content_type: str = "application/json",
    **headers: object,
) -> bytes:
    """A message as kombu writes it."""
    body = json.dumps([args, kwargs or {}, {}])
    return json.dumps(
        {
            "body": body,
            "content-encoding": "utf-8",
            "content-type": content_type,
            "headers": {"lang": "py", "task": task, "id": "forged", **headers},
            "properties": {
                "correlation_id": "forged",
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "celery"},
                "priority": 0,
                "delivery_tag": "forged",
            },
        }
    ).encode()
