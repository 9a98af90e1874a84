"""The account's state and its rules: what an action needs, and what it does."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from portal.digitalocean.simulator import account
from portal.digitalocean.simulator.http import Document, RefusalError
from portal.digitalocean.simulator.prices import PLANS
from portal.digitalocean.simulator.store import Effect, Store

FIRST_ACTION_ID = 1982031245
ACTION_ID_STEP = 7
MOST_HISTORY = 50

# How long an action takes, in multiples of the account's base time.
DURATION = {
    "shutdown": 1.0,
    "power_off": 0.5,
    "power_on": 0.8,
    "reboot": 1.0,
    "power_cycle": 1.0,
    "resize": 2.0,
}
NEEDS_POWER = {"shutdown", "power_off", "reboot"}


@dataclass(frozen=True)
class Whims:
    """How one accepted action misbehaves: hidden from reads, failing, ignored."""

    hidden_seconds: float = 0.0
    fails: bool = False
    is_ignored: bool = False


class World:
    """Droplets and actions. Callers hold the machine's lock and settle first."""

    def __init__(
        self, store: Store, clock: Callable[[], float], action_seconds: float
    ) -> None:
        self.store = store
        self.clock = clock
        self.action_seconds = action_seconds
        self.droplets = store.objects("droplet")
        self.actions = store.objects("action")
        if not self.droplets:
            self.reset()

    def reset(self) -> None:
        """Start over with the seed and an empty ledger."""
        self.store.clear()
        self.actions = {}
        self.droplets = account.droplets()
        self.store.save(("droplet", key, row) for key, row in self.droplets.items())

    def settle(self) -> None:
        """Finish the actions whose time has come."""
        now = self.clock()
        for action in self.actions.values():
            if action["status"] == "in-progress" and action["due"] <= now:
                self._finish(action)

    def droplet(self, droplet_id: int) -> Document:
        try:
            return self.droplets[droplet_id]
        except KeyError:
            raise RefusalError(404, NOT_FOUND) from None

    def is_locked(self, droplet_id: int) -> bool:
        return any(
            action["status"] == "in-progress" and action["resource_id"] == droplet_id
            for action in self.actions.values()
        )

    def visible_actions(self, droplet_id: int | None = None) -> list[Document]:
        """Actions newest first, without those that cannot be read yet."""
        now = self.clock()
        return [
            action
            for action in reversed(self.actions.values())
            if action["hidden_until"] <= now
            and droplet_id in {None, action["resource_id"]}
        ]

    def action(self, action_id: int, droplet_id: int | None = None) -> Document:
        for action in self.visible_actions(droplet_id):
            if action["id"] == action_id:
                return action
        raise RefusalError(404, NOT_FOUND)

    def set_demand(self, droplet_id: int, demand: float) -> None:
        """Make a droplet's work ask for this many cores."""
        droplet = self.droplet(droplet_id)
        droplet["demand"] = demand
        self.store.save([("droplet", droplet_id, droplet)])

    def start_action(
        self, droplet_id: int, body: Document, whims: Whims, *, raw: bytes
    ) -> Document:
        """Accept an action on a droplet, or raise RefusalError; one ledger row."""
        droplet = self.droplet(droplet_id)
        self._check(droplet, body)
        now = self.clock()
        kind = body["type"]
        action: Document = {
            "id": FIRST_ACTION_ID + ACTION_ID_STEP * len(self.actions),
            "status": "in-progress",
            "type": kind,
            "started": now,
            "due": now + DURATION[kind] * self.action_seconds,
            "completed": None,
            "resource_id": droplet_id,
            "region": droplet["region"],
            "size": body.get("size", ""),
            "disk": bool(body.get("disk", False)),
            "hidden_until": now + whims.hidden_seconds if whims.hidden_seconds else 0.0,
            "fails": whims.fails,
            "is_ignored": whims.is_ignored and kind == "shutdown",
        }
        effect = Effect(
            at=now,
            route=f"POST /v2/droplets/{droplet_id}/actions",
            resource=f"do:droplet:{droplet_id}",
            operation=kind,
            body_sha256=hashlib.sha256(_canonical(body, raw)).hexdigest(),
            action_id=action["id"],
        )
        self.store.save([("action", action["id"], action)], effect)
        self.actions[action["id"]] = action
        return action

    def _check(self, droplet: Document, body: Document) -> None:
        kind = body.get("type")
        if not isinstance(kind, str) or kind not in DURATION:
            raise RefusalError(422, "Type is not an action this Droplet knows.")
        if self.is_locked(droplet["id"]):
            raise RefusalError(422, "Droplet already has a pending event.")
        is_on = droplet["status"] == "active"
        if kind in NEEDS_POWER and not is_on:
            raise RefusalError(422, "Droplet is already powered off.")
        if kind == "power_on" and is_on:
            raise RefusalError(422, "Droplet is already powered on.")
        if kind == "resize":
            _check_resize(droplet, body)

    def _finish(self, action: Document) -> None:
        droplet = self.droplets[action["resource_id"]]
        saved = [("action", action["id"], action)]
        action["completed"] = action["due"]
        action["status"] = "errored" if action["fails"] else "completed"
        if not action["fails"] and not action["is_ignored"]:
            _apply(droplet, action)
            saved.append(("droplet", droplet["id"], droplet))
        self.store.save(saved)


NOT_FOUND = "The resource you were accessing could not be found."


def _check_resize(droplet: Document, body: Document) -> None:
    if droplet["status"] == "active":
        raise RefusalError(422, "Droplet must be powered off before it is resized.")
    if not isinstance(body.get("disk", False), bool):
        raise RefusalError(422, "Disk must be true or false.")
    plan = PLANS.get(str(body.get("size", "")))
    if plan is None or not plan.available or droplet["region"] not in plan.regions:
        raise RefusalError(422, "Size is not available in this region.")
    if plan.slug == droplet["size_slug"]:
        raise RefusalError(422, "Droplet is already the same size.")
    if plan.disk < droplet["disk"]:
        raise RefusalError(422, "Size can not decrease size of Droplet's disk image.")


def _apply(droplet: Document, action: Document) -> None:
    past = {key: droplet[key] for key in ("status", "vcpus", "memory", "disk")}
    droplet["history"] = [
        *droplet["history"][-MOST_HISTORY + 1 :],
        {"until": action["completed"], **past},
    ]
    kind = action["type"]
    if kind in {"shutdown", "power_off"}:
        droplet["status"] = "off"
    elif kind in {"power_on", "power_cycle"}:
        droplet["status"] = "active"
    elif kind == "resize":
        plan = PLANS[action["size"]]
        droplet |= {
            "size_slug": plan.slug,
            "vcpus": plan.vcpus,
            "memory": plan.memory,
        }
        if action["disk"]:
            droplet["disk"] = plan.disk


def _canonical(body: Document, raw: bytes) -> bytes:
    """The same body in the same bytes, however the client ordered its keys."""
    return json.dumps(body, sort_keys=True).encode() if body else raw
