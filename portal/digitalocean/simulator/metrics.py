"""Monitoring metrics computed from a droplet's work, its size and its past."""

import math
import zlib
from collections.abc import Callable, Iterable

from portal.digitalocean.simulator.http import Document, RefusalError, Request

DAY = 86400
LONGEST_RANGE = 31 * DAY
POINTS = 120
SHORTEST_STEP = 60
MIB = 1024 * 1024
GIB = 1024 * MIB
SHARE_OF_BUSY = {"user": 0.7, "system": 0.2, "iowait": 0.06, "softirq": 0.04}
Point = Callable[[Document, Document, int], float]


def matrix(name: str, droplet: Document, request: Request, now: float) -> Document:
    """The Prometheus matrix of one metric between the request's start and end."""
    start, end = _range(request, now)
    host = {"host_id": str(droplet["id"])}
    times = list(_times(start, end))
    if name == "cpu":
        result = _cpu(droplet, times, host)
    else:
        labels, value = GAUGES[name]
        result = [_gauge(droplet, times, host | labels, value)]
    return {
        "status": "success",
        "data": {
            "resultType": "matrix",
            "result": [line for line in result if line["values"]],
        },
    }


def demand(droplet: Document, at: int) -> float:
    """Cores the droplet's work asks for: a daily wave, an hourly one, and noise."""
    day = math.sin(2 * math.pi * (at + droplet["phase"]) / DAY)
    hour = math.sin(2 * math.pi * (at + droplet["phase"]) / 3600)
    noise = zlib.crc32(f"{droplet['id']}:{at}".encode()) / 2**32 - 0.5
    wave = 1 + 0.3 * day + 0.07 * hour + 0.08 * noise
    return float(droplet["demand"]) * wave


def state_at(droplet: Document, at: float) -> Document:
    """The droplet's size and power as they were at a moment."""
    for past in droplet["history"]:
        if at < past["until"]:
            return dict(past)
    return droplet


def _busy_cores(droplet: Document, state: Document, at: int) -> float:
    return min(demand(droplet, at), 0.98 * float(state["vcpus"]))


def _cpu(droplet: Document, times: list[int], host: Document) -> list[Document]:
    """Seconds per mode since boot, as counters that only grow."""
    totals = dict.fromkeys(("idle", *SHARE_OF_BUSY), 1000.0)
    lines: dict[str, list[list[object]]] = {mode: [] for mode in totals}
    previous = times[0] if times else 0
    for at in times:
        state, passed, previous = state_at(droplet, at), at - previous, at
        if state["status"] != "active":
            continue
        busy = _busy_cores(droplet, state, at)
        totals["idle"] += (state["vcpus"] - busy) * passed
        for mode, share in SHARE_OF_BUSY.items():
            totals[mode] += busy * share * passed
        for mode, total in totals.items():
            lines[mode].append([at, f"{total:.2f}"])
    return [
        {"metric": {**host, "mode": mode}, "values": values}
        for mode, values in lines.items()
    ]


def _gauge(
    droplet: Document, times: list[int], labels: Document, value: Point
) -> Document:
    values = []
    for at in times:
        state = state_at(droplet, at)
        if state["status"] == "active":
            values.append([at, f"{value(droplet, state, at):.2f}"])
    return {"metric": labels, "values": values}


def _memory_total(_droplet: Document, state: Document, _at: int) -> float:
    return float(0.97 * state["memory"] * MIB)


def _memory_available(droplet: Document, state: Document, at: int) -> float:
    total = _memory_total(droplet, state, at)
    used = (300 + 1100 * demand(droplet, at)) * MIB
    return max(total - used, 0.05 * total)


def _disk_size(_droplet: Document, state: Document, _at: int) -> float:
    return float(state["disk"] * GIB)


def _disk_free(droplet: Document, state: Document, at: int) -> float:
    size = _disk_size(droplet, state, at)
    used = (8 + 3 * (int(droplet["place"]) % 4)) * GIB
    return max(size - used, 0.04 * size)


ROOT_DISK = {"device": "/dev/vda1", "fstype": "ext4", "mountpoint": "/"}
GAUGES: dict[str, tuple[Document, Point]] = {
    "load_1": ({}, lambda droplet, _state, at: demand(droplet, at)),
    "memory_total": ({}, _memory_total),
    "memory_available": ({}, _memory_available),
    "filesystem_size": (ROOT_DISK, _disk_size),
    "filesystem_free": (ROOT_DISK, _disk_free),
}
NAMES = ("cpu", *GAUGES)


def _range(request: Request, now: float) -> tuple[int, int]:
    limits = []
    for name in ("start", "end"):
        text = request.query.get(name, "")
        if not (text.isascii() and text.isdecimal() and len(text) < 12):
            raise RefusalError(422, f"{name} must be a unix time.")
        limits.append(int(text))
    start, end = limits
    if end - start > LONGEST_RANGE:
        raise RefusalError(422, "The range is too long.")
    return start, min(end, int(now))


def _times(start: int, end: int) -> Iterable[int]:
    step = max(SHORTEST_STEP, -(-(end - start) // POINTS))
    first = -(-start // step) * step
    return range(first, end + 1, step)
