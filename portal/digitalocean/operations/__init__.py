"""Every mutating call the portal can make, by name."""

from portal.digitalocean.operations.droplet_power import PowerOff, PowerOn, Shutdown
from portal.digitalocean.operations.droplet_resize import Resize
from portal.digitalocean.operations.protocol import Operation

_known: dict[str, Operation] = {
    operation.name: operation
    for operation in (Shutdown(), PowerOff(), Resize(), PowerOn())
}


def get(name: str) -> Operation:
    """The operation of that name, such as "droplet.resize"; LookupError if none."""
    return _known[name]


def names() -> list[str]:
    return sorted(_known)
