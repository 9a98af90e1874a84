"""The part of the API that the simulated account answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from portal.digitalocean.simulator import account, documents, metrics
from portal.digitalocean.simulator.faults import Fault, FaultKind
from portal.digitalocean.simulator.http import (
    Document,
    RefusalError,
    Request,
    Response,
    answer,
    json_object,
)
from portal.digitalocean.simulator.prices import PLANS, REGIONS, region_document
from portal.digitalocean.simulator.world import NOT_FOUND, Whims, World


@dataclass(frozen=True)
class Call:
    """A request on its way to the account, with the faults that go along."""

    request: Request
    world: World
    faults: list[Fault]
    id: str = ""
    other: str = ""

    @property
    def droplet_id(self) -> int:
        return int(self.id)

    def has(self, kind: FaultKind) -> bool:
        return any(fault.kind == kind for fault in self.faults)

    def seconds(self, kind: FaultKind, default: float) -> float:
        for fault in self.faults:
            if fault.kind == kind:
                return default if fault.seconds is None else fault.seconds
        return 0.0


def get_account(_call: Call) -> Response:
    return answer(200, {"account": account.ACCOUNT})


def list_sizes(call: Call) -> Response:
    return _page(call, "sizes", [plan.document() for plan in PLANS.values()])


def list_regions(call: Call) -> Response:
    return _page(call, "regions", [region_document(slug) for slug in REGIONS])


def list_droplets(call: Call) -> Response:
    tag = call.request.query.get("tag_name", "")
    name = call.request.query.get("name", "")
    found = [
        _droplet(call, stored)
        for stored in call.world.droplets.values()
        if (not tag or tag in stored["tags"])
        and (not name or name.lower() == stored["name"].lower())
    ]
    return _page(call, "droplets", found)


def get_droplet(call: Call) -> Response:
    stored = call.world.droplet(call.droplet_id)
    return answer(200, {"droplet": _droplet(call, stored)})


def post_droplet_action(call: Call) -> Response:
    body = json_object(call.request.body)
    whims = Whims(
        hidden_seconds=call.seconds(FaultKind.HIDDEN, 5.0),
        fails=call.has(FaultKind.ACTION_ERRORED),
        is_ignored=call.has(FaultKind.SHUTDOWN_IGNORED),
    )
    stored = call.world.start_action(
        call.droplet_id, body, whims, raw=call.request.body
    )
    return answer(201, {"action": documents.action(stored)})


def list_droplet_actions(call: Call) -> Response:
    call.world.droplet(call.droplet_id)
    found = call.world.visible_actions(call.droplet_id)
    return _page(call, "actions", [documents.action(stored) for stored in found])


def get_droplet_action(call: Call) -> Response:
    stored = call.world.action(int(call.other), call.droplet_id)
    return answer(200, {"action": documents.action(stored)})


def list_actions(call: Call) -> Response:
    found = call.world.visible_actions()
    return _page(call, "actions", [documents.action(stored) for stored in found])


def get_action(call: Call) -> Response:
    stored = call.world.action(int(call.id))
    return answer(200, {"action": documents.action(stored)})


def get_metric(call: Call) -> Response:
    host = call.request.query.get("host_id", "")
    if not (host.isascii() and host.isdecimal() and len(host) < 19):
        raise RefusalError(422, "host_id must be a Droplet's id.")
    stored = call.world.droplet(int(host))
    now = call.world.clock()
    return answer(200, metrics.matrix(call.id, stored, call.request, now))


def list_pools(call: Call) -> Response:
    name = call.request.query.get("name", "")
    pool = documents.pool(_members(call))
    return _page(call, "autoscale_pools", [pool] if name in {"", pool["name"]} else [])


def get_pool(call: Call) -> Response:
    _know_pool(call)
    return answer(200, {"autoscale_pool": documents.pool(_members(call))})


def list_pool_members(call: Call) -> Response:
    _know_pool(call)
    rows = [documents.pool_member(stored) for stored in _members(call)]
    return _page(call, "droplets", rows)


Handler = Callable[[Call], Response]
NUMBER = r"(?P<id>\d{1,18})"
POOL = r"(?P<id>[0-9a-f-]{36})"
METRIC = f"(?P<id>{'|'.join(metrics.NAMES)})"
ROUTES: tuple[tuple[str, re.Pattern[str], Handler], ...] = tuple(
    (method, re.compile(path), handler)
    for method, path, handler in (
        ("GET", "/v2/account", get_account),
        ("GET", "/v2/sizes", list_sizes),
        ("GET", "/v2/regions", list_regions),
        ("GET", "/v2/droplets", list_droplets),
        ("GET", "/v2/droplets/autoscale", list_pools),
        ("GET", f"/v2/droplets/autoscale/{POOL}", get_pool),
        ("GET", f"/v2/droplets/autoscale/{POOL}/members", list_pool_members),
        ("GET", f"/v2/droplets/{NUMBER}", get_droplet),
        ("GET", f"/v2/droplets/{NUMBER}/actions", list_droplet_actions),
        ("POST", f"/v2/droplets/{NUMBER}/actions", post_droplet_action),
        (
            "GET",
            rf"/v2/droplets/{NUMBER}/actions/(?P<other>\d{{1,18}})",
            get_droplet_action,
        ),
        ("GET", "/v2/actions", list_actions),
        ("GET", f"/v2/actions/{NUMBER}", get_action),
        ("GET", f"/v2/monitoring/metrics/droplet/{METRIC}", get_metric),
    )
)


def dispatch(request: Request, world: World, faults: list[Fault]) -> Response:
    """Answer a request of the API; RefusalError when the account says no."""
    is_known = False
    for method, pattern, handler in ROUTES:
        match = pattern.fullmatch(request.path)
        if match and method == request.method:
            return handler(Call(request, world, faults, **match.groupdict()))
        is_known = is_known or match is not None
    if is_known:
        raise RefusalError(405, "The method is not allowed here.")
    raise RefusalError(404, NOT_FOUND)


def _page(call: Call, key: str, rows: list[Document]) -> Response:
    return answer(200, documents.page(call.request, key, rows))


def _droplet(call: Call, stored: Document) -> Document:
    return documents.droplet(stored, locked=call.world.is_locked(stored["id"]))


def _members(call: Call) -> list[Document]:
    return [row for row in call.world.droplets.values() if row["pool"]]


def _know_pool(call: Call) -> None:
    if call.id != account.POOL_ID:
        raise RefusalError(404, NOT_FOUND)
