"""``droplet.resize``: give one droplet another size.

Runbook, Vertical Scaling: resize droplets through the API, validate the impact. The
droplet is shut down first, because the API resizes machines that are off, and
switched on again whatever happens. Keeping the disk makes it reversible; growing the
disk cannot be undone.
"""

from decimal import Decimal
from typing import Any, ClassVar

from portal.changes.plans import VERIFY, Draft, Step, Target
from portal.changes.registry import PlanError, Postcondition
from portal.digitalocean import operations
from portal.digitalocean.errors import GoneError
from portal.digitalocean.provider import Provider
from portal.digitalocean.records import Droplet, Size
from portal.money import usd
from scaling.plans import Shape, compare, objection

DOWNTIME_SECONDS = 180
BASE_RISK = 20
PRODUCTION_RISK = 30
IRREVERSIBLE_RISK = 30


class DropletResize:
    """Params: ``{"droplet_id": 386734086, "size": "s-4vcpu-8gb", "disk": false}``."""

    key: ClassVar[str] = "droplet.resize"
    label: ClassVar[str] = "Resize a droplet"
    form: ClassVar[str] = "scaling:resize"

    def draft(self, params: dict[str, Any], provider: Provider) -> Draft:
        """Three reads, plus one per autoscale pool."""
        droplet = _droplet(provider, params)
        size = _size(provider, params)
        pool = _pool_of(provider, droplet.id)
        before, after = shape_of(droplet), shape_of_size(size)
        grow = bool(params["disk"])
        noop = droplet.size_slug == size.slug and _disk_holds(droplet, size, grow=grow)
        if not noop:
            _insist(droplet, before, after, size, pool)
        delta = after.monthly_usd - before.monthly_usd
        steps = _steps(droplet, size.slug, grow=grow)
        risk, reasons = _risk(droplet, grow=grow)
        return Draft(
            title=f"Resize {droplet.name} to {size.slug}",
            targets=[Target(droplet.urn, droplet.name)],
            steps=steps,
            facts=compare(before, after, grow_disk=grow),
            observed=_observed(droplet),
            postconditions=[
                f"{droplet.name} has the size {size.slug}.",
                f"{droplet.name} is {droplet.status}.",
            ],
            way_back=_way_back(droplet, grow=grow),
            cost_delta=delta,
            prices_as_of="the provider's list when this was planned",
            downtime_seconds=DOWNTIME_SECONDS if droplet.status == "active" else 0,
            reversible=not grow,
            risk=risk,
            risk_reasons=reasons,
            warnings=_warnings(delta, grow=grow),
            noop=noop,
        )

    def verify(
        self, document: dict[str, Any], provider: Provider
    ) -> list[Postcondition]:
        """Reads the droplet once: the size, and the power it had before."""
        droplet = provider.droplet(int(document["params"]["droplet_id"]))
        size, status = document["params"]["size"], document["observed"]["status"]
        return [
            Postcondition("Size", droplet.size_slug == size, droplet.size_slug),
            Postcondition("Power", droplet.status == status, droplet.status),
        ]


def shape_of(droplet: Droplet) -> Shape:
    """The droplet as it is; a missing price counts as zero."""
    return Shape(
        droplet.size_slug,
        droplet.vcpus,
        droplet.memory_mib,
        droplet.disk_gib,
        droplet.monthly_usd or Decimal(0),
    )


def shape_of_size(size: Size) -> Shape:
    return Shape(
        size.slug, size.vcpus, size.memory_mib, size.disk_gib, size.monthly_usd
    )


def _droplet(provider: Provider, params: dict[str, Any]) -> Droplet:
    try:
        return provider.droplet(int(params["droplet_id"]))
    except GoneError as error:
        message = "The droplet no longer exists in the account."
        raise PlanError(message) from error


def _size(provider: Provider, params: dict[str, Any]) -> Size:
    wanted = str(params["size"])
    for size in provider.sizes():
        if size.slug == wanted:
            return size
    message = f"The provider no longer knows the size {wanted}."
    raise PlanError(message)


def _pool_of(provider: Provider, droplet_id: int) -> str:
    for pool in provider.pools():
        if droplet_id in provider.pool_members(pool.id):
            return pool.name
    return ""


def _insist(
    droplet: Droplet, before: Shape, after: Shape, size: Size, pool: str
) -> None:
    problem = objection(
        before,
        after,
        region=droplet.region,
        offered=size.is_offered_in(droplet.region),
    )
    if pool:
        problem = (
            f"{droplet.name} belongs to the autoscale pool {pool}; change the pool's"
            " template instead."
        )
    elif droplet.status not in {"active", "off"}:
        problem = f"{droplet.name} is {droplet.status}; it cannot be resized now."
    if problem:
        raise PlanError(problem)


def _disk_holds(droplet: Droplet, size: Size, *, grow: bool) -> bool:
    return not grow or droplet.disk_gib >= size.disk_gib


def _steps(droplet: Droplet, size: str, *, grow: bool) -> list[Step]:
    args = {"droplet_id": droplet.id, "droplet_name": droplet.name}
    resize = _call(
        "droplet.resize", {**args, "size": size, "disk": grow}, no_return=grow
    )
    verify = Step(VERIFY, {}, f"Read {droplet.name} back and compare")
    if droplet.status == "off":
        return [resize, verify]
    return [
        _call("droplet.shutdown", args, may_fail=True, safe=False),
        _call("droplet.power_off", args, safe=False),
        resize,
        _call("droplet.power_on", args),
        verify,
    ]


def _call(
    name: str,
    args: dict[str, Any],
    *,
    may_fail: bool = False,
    safe: bool = True,
    no_return: bool = False,
) -> Step:
    operation = operations.get(name)
    return Step(
        op=name,
        args=args,
        title=operation.describe(args),
        request=operation.request_line(args),
        disruptive=operation.disruptive,
        may_fail=may_fail,
        safe_point_after=safe,
        point_of_no_return=no_return,
    )


def _observed(droplet: Droplet) -> dict[str, Any]:
    """What the plan depends on. A passing lock is not here: the first step waits for
    another action to end, and that must not cost an approval."""
    return {
        "id": droplet.id,
        "size": droplet.size_slug,
        "status": droplet.status,
        "disk_gib": droplet.disk_gib,
        "region": droplet.region,
        "tags": sorted(droplet.tags),
    }


def _risk(droplet: Droplet, *, grow: bool) -> tuple[int, list[str]]:
    risk, reasons = BASE_RISK, ["The droplet restarts."]
    if "prod" in droplet.tags or "production" in droplet.tags:
        risk += PRODUCTION_RISK
        reasons.append("It is tagged as production.")
    if grow:
        risk += IRREVERSIBLE_RISK
        reasons.append("Growing the disk cannot be undone.")
    return risk, reasons


def _way_back(droplet: Droplet, *, grow: bool) -> str:
    if grow:
        return "None: a grown disk cannot shrink. Only a new droplet from a snapshot."
    return (
        f"The same steps, back to {droplet.size_slug}."
        " They run by themselves if one fails."
    )


def _warnings(delta: Decimal, *, grow: bool) -> list[str]:
    warnings = []
    if grow:
        warnings.append("Growing the disk is permanent.")
    if delta > 0:
        warnings.append(f"It costs {usd(delta)} a month more.")
    return warnings
