"""Turning a droplet off and on."""

from typing import Any, ClassVar

from portal.digitalocean.operations.droplet_action import DropletAction
from portal.digitalocean.operations.protocol import Arguments
from portal.digitalocean.records import Droplet


class TurnOff(DropletAction):
    """Whatever ends with the droplet off; the way back is to start it."""

    def holds(self, droplet: Droplet, args: Arguments) -> bool:
        return droplet.status == "off"

    def undo(
        self, args: Arguments, baseline: dict[str, Any]
    ) -> tuple[str, Arguments] | None:
        return PowerOn.name, args


class Shutdown(TurnOff):
    """Ask the droplet's own system to stop.

    A completed action does not prove that it did: a system that ignores the request
    is reported as failed after `patience`, and a power-off has to follow.
    """

    name: ClassVar[str] = "droplet.shutdown"
    type: ClassVar[str] = "shutdown"
    patience: ClassVar[float] = 120.0

    def describe(self, args: Arguments) -> str:
        return f"Shut down {args['droplet_name']}"


class PowerOff(TurnOff):
    """Cut the power, for a droplet that did not shut down."""

    name: ClassVar[str] = "droplet.power_off"
    type: ClassVar[str] = "power_off"

    def describe(self, args: Arguments) -> str:
        return f"Power off {args['droplet_name']} if it is still on"


class PowerOn(DropletAction):
    """Start the droplet."""

    name: ClassVar[str] = "droplet.power_on"
    type: ClassVar[str] = "power_on"
    disruptive: ClassVar[bool] = False

    def describe(self, args: Arguments) -> str:
        return f"Power on {args['droplet_name']}"

    def holds(self, droplet: Droplet, args: Arguments) -> bool:
        return droplet.status == "active"

    def undo(
        self, args: Arguments, baseline: dict[str, Any]
    ) -> tuple[str, Arguments] | None:
        return PowerOff.name, args
