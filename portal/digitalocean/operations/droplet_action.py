"""What every action on a droplet has in common: baseline, sending, observing.

The provider keeps no key that would make a repeated POST harmless. Our own action
is recognised by its type and by an id that was not there before the intent; another
one that was already running is waited for, never taken for ours.
"""

import json
from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone

from portal.digitalocean.errors import GoneError
from portal.digitalocean.operations.protocol import (
    Arguments,
    Attempted,
    Observation,
    Readiness,
    Sent,
)
from portal.digitalocean.provider import Provider
from portal.digitalocean.records import Action, Droplet


class DropletAction(ABC):
    """POST /v2/droplets/{id}/actions with one type.

    Arguments: `droplet_id` (int), `droplet_name` (for words only). The baseline is
    {"action_ids", "status", "size_slug", "disk_gib"}.
    """

    name: ClassVar[str]
    type: ClassVar[str]
    quiesce: ClassVar[float] = 60.0
    poll: ClassVar[float] = 5.0
    deadline: ClassVar[float] = 600.0
    disruptive: ClassVar[bool] = True
    # How long after the intent the state may lag behind a completed action.
    patience: ClassVar[float] = 60.0

    @abstractmethod
    def describe(self, args: Arguments) -> str: ...

    @abstractmethod
    def holds(self, droplet: Droplet, args: Arguments) -> bool:
        """Whether the droplet is as this action leaves it."""

    @abstractmethod
    def undo(
        self, args: Arguments, baseline: dict[str, Any]
    ) -> tuple[str, Arguments] | None: ...

    def body(self, args: Arguments) -> dict[str, Any]:
        return {"type": self.type}

    def objection(self, provider: Provider, droplet: Droplet, args: Arguments) -> str:
        """Why this action can never be right for this droplet; empty when it can."""
        return ""

    def request_line(self, args: Arguments) -> str:
        body = json.dumps(self.body(args))
        return f"POST /v2/droplets/{int(args['droplet_id'])}/actions {body}"

    def check(self, provider: Provider, args: Arguments) -> Readiness:
        droplet = provider.droplet(int(args["droplet_id"]))
        actions = provider.droplet_actions(droplet.id)
        baseline = {
            "action_ids": [action.id for action in actions if action.type == self.type],
            "status": droplet.status,
            "size_slug": droplet.size_slug,
            "disk_gib": droplet.disk_gib,
        }
        running = next((action for action in actions if action.is_running), None)
        if running is not None:
            reason = f"{droplet.name} is busy with another action ({running.type})."
            return Readiness("wait", reason, baseline)
        if droplet.locked or droplet.status == "new":
            return Readiness("wait", f"{droplet.name} is locked.", baseline)
        if droplet.status not in {"active", "off"}:
            return Readiness("refuse", f"{droplet.name} is archived.", baseline)
        if self.holds(droplet, args):
            return Readiness("already", self._outcome(droplet), baseline)
        objection = self.objection(provider, droplet, args)
        if objection:
            return Readiness("refuse", objection, baseline)
        return Readiness("ready", self._outcome(droplet), baseline)

    def send(self, provider: Provider, args: Arguments) -> Sent:
        return provider.post_droplet_action(int(args["droplet_id"]), self.body(args))

    def observe(
        self, provider: Provider, args: Arguments, attempted: Attempted
    ) -> Observation:
        droplet_id = int(args["droplet_id"])
        action = self._find(provider, droplet_id, attempted)
        droplet = provider.droplet(droplet_id)
        evidence = {
            "status": droplet.status,
            "locked": droplet.locked,
            "size_slug": droplet.size_slug,
            "action_id": action.id if action else None,
            "action_status": action.status if action else None,
        }
        if action is not None:
            return self._follow(action, droplet, args, attempted, evidence)
        if droplet.locked:
            return self._waiting(f"{droplet.name} is locked.", evidence, attempted)
        if attempted.action_id is not None and self._is_recent(attempted):
            reason = "The accepted action cannot be read yet."
            return self._waiting(reason, evidence, attempted)
        if self.holds(droplet, args):
            return Observation(
                "done", self._outcome(droplet), evidence, attempted.action_id
            )
        reason = f"No new action of this kind on {droplet.name}."
        return Observation("absent", reason, evidence, attempted.action_id)

    def _find(
        self, provider: Provider, droplet_id: int, attempted: Attempted
    ) -> Action | None:
        if attempted.action_id is not None:
            try:
                return provider.action(attempted.action_id)
            except GoneError:
                return None
        known = set(attempted.baseline.get("action_ids", []))
        new = [
            action
            for action in provider.droplet_actions(droplet_id)
            if action.type == self.type and action.id not in known
        ]
        return min(new, key=lambda action: action.id, default=None)

    def _follow(
        self,
        action: Action,
        droplet: Droplet,
        args: Arguments,
        attempted: Attempted,
        evidence: dict[str, Any],
    ) -> Observation:
        if action.is_running:
            reason = f"The provider is working on action {action.id}."
            return Observation("in_progress", reason, evidence, action.id)
        if action.status != "completed":
            reason = f"Action {action.id} ended as {action.status}."
            return Observation("failed", reason, evidence, action.id)
        if self.holds(droplet, args) and not droplet.locked:
            return Observation("done", self._outcome(droplet), evidence, action.id)
        if self._is_recent(attempted):
            reason = f"Action {action.id} is completed; {self._outcome(droplet)}"
            return Observation("in_progress", reason, evidence, action.id)
        reason = f"Action {action.id} is completed, but {self._outcome(droplet)}"
        return Observation("failed", reason, evidence, action.id)

    def _is_recent(self, attempted: Attempted) -> bool:
        return timezone.now() - attempted.intent_at < timedelta(seconds=self.patience)

    def _waiting(
        self, reason: str, evidence: dict[str, Any], attempted: Attempted
    ) -> Observation:
        return Observation("in_progress", reason, evidence, attempted.action_id)

    def _outcome(self, droplet: Droplet) -> str:
        state = {"active": "on", "off": "off"}.get(droplet.status, droplet.status)
        return f"{droplet.name} is {state}."
