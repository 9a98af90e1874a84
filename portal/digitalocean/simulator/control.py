"""The hand on the simulator: faults, ledger, load and reset, over loopback HTTP."""

from portal.digitalocean.simulator.faults import parse
from portal.digitalocean.simulator.http import (
    Document,
    RefusalError,
    Request,
    Response,
    answer,
    json_object,
    refusal,
)
from portal.digitalocean.simulator.machine import Machine

PREFIX = "/_simulator/"


def handle(machine: Machine, request: Request) -> Response:
    """Answer a request below /_simulator/.

    GET health, ledger, faults; POST faults {kind, method, path, times, seconds} or
    {"clear": true}; POST load {droplet_id, demand}; POST reset. A POST must be JSON,
    which a page of another site cannot send without asking first.
    """
    try:
        if request.method == "GET":
            return answer(200, _read(machine, request))
        if request.method == "POST":
            return answer(200, _change(machine, request))
        return refusal(405, "The method is not allowed here.")
    except RefusalError as error:
        return refusal(error.status, error.message)


def _read(machine: Machine, request: Request) -> Document:
    match request.path.removeprefix(PREFIX):
        case "health":
            return {"status": "ok"}
        case "ledger":
            return {"effects": [effect.document() for effect in machine.ledger()]}
        case "faults":
            return {"faults": [fault.document() for fault in machine.faults()]}
        case _:
            raise RefusalError(404, "The simulator has no such page.")


def _change(machine: Machine, request: Request) -> Document:
    content_type = request.headers.get("content-type", "").split(";")[0]
    if content_type != "application/json":
        raise RefusalError(415, "Send application/json.")
    body = json_object(request.body)
    match request.path.removeprefix(PREFIX):
        case "faults":
            _set_faults(machine, body)
        case "load":
            _set_load(machine, body)
        case "reset":
            machine.reset()
        case _:
            raise RefusalError(404, "The simulator has no such switch.")
    return {"faults": [fault.document() for fault in machine.faults()]}


def _set_faults(machine: Machine, body: Document) -> None:
    if body.get("clear") is True:
        machine.clear_faults()
        return
    try:
        machine.add_fault(parse(body))
    except (ValueError, TypeError, OverflowError) as error:
        raise RefusalError(422, str(error)) from None


def _set_load(machine: Machine, body: Document) -> None:
    try:
        droplet_id, demand = int(body["droplet_id"]), float(body["demand"])
    except (KeyError, ValueError, TypeError, OverflowError):
        raise RefusalError(422, "Send droplet_id and demand, in cores.") from None
    if not 0 <= demand <= 1000:
        raise RefusalError(422, "Demand is between 0 and 1000 cores.")
    machine.set_demand(droplet_id, demand)
