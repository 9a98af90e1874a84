"""Giving a droplet another plan."""

from typing import Any, ClassVar

from portal.digitalocean.operations.droplet_action import DropletAction
from portal.digitalocean.operations.protocol import Arguments
from portal.digitalocean.provider import Provider
from portal.digitalocean.records import Droplet


class Resize(DropletAction):
    """Move a powered-off droplet to another size.

    Arguments besides the droplet: `size` (slug) and `disk` (bool). With `disk` the
    disk grows too, which can never be undone.
    """

    name: ClassVar[str] = "droplet.resize"
    type: ClassVar[str] = "resize"
    quiesce: ClassVar[float] = 120.0
    deadline: ClassVar[float] = 3600.0
    patience: ClassVar[float] = 120.0

    def describe(self, args: Arguments) -> str:
        disk = "growing its disk for good" if args["disk"] else "keeping its disk"
        return f"Resize {args['droplet_name']} to {args['size']}, {disk}"

    def body(self, args: Arguments) -> dict[str, Any]:
        return {"type": self.type, "disk": bool(args["disk"]), "size": args["size"]}

    def holds(self, droplet: Droplet, args: Arguments) -> bool:
        return droplet.size_slug == str(args["size"])

    def objection(self, provider: Provider, droplet: Droplet, args: Arguments) -> str:
        sizes = {size.slug: size for size in provider.sizes()}
        size = sizes.get(args["size"])
        if size is None or not size.is_offered_in(droplet.region):
            return f"{args['size']} is not offered in {droplet.region} now."
        if size.disk_gib < droplet.disk_gib:
            return (
                f"{size.slug} has {size.disk_gib} GiB of disk, {droplet.name} uses"
                f" {droplet.disk_gib} GiB: a disk cannot shrink."
            )
        if droplet.status != "off":
            return f"{droplet.name} must be off to be resized."
        return ""

    def undo(
        self, args: Arguments, baseline: dict[str, Any]
    ) -> tuple[str, Arguments] | None:
        if args["disk"] or "size_slug" not in baseline:
            return None
        return self.name, {**args, "size": baseline["size_slug"], "disk": False}

    def _outcome(self, droplet: Droplet) -> str:
        return f"{droplet.name} is {droplet.size_slug}."
