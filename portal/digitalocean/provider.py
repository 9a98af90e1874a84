"""The provider's account as the portal may use it: typed reads, and changes.

This module knows no client library; `client` builds a Provider around pydo.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

from portal.digitalocean import sending
from portal.digitalocean.errors import UnavailableError, UnknownOutcomeError
from portal.digitalocean.meter import Budget, Meter
from portal.digitalocean.records import (
    Account,
    Action,
    Document,
    Droplet,
    MetricSeries,
    Pool,
    Region,
    Size,
)

Record = TypeVar("Record")

PER_PAGE = 200
MOST_PAGES = 100


@dataclass(frozen=True)
class Reply:
    """The provider's answer to a change: a 2xx, with its decoded body."""

    http_status: int
    request_id: str
    body: Any


@dataclass(frozen=True)
class Sent:
    """A change the provider accepted, and what to follow it by."""

    http_status: int
    request_id: str
    action_id: int | None
    resource_id: str


class Exchange(Protocol):
    """Carries one call and turns its failure into a ProviderError."""

    def read(self, method: Callable[..., Any], *args: Any, **options: Any) -> Any: ...

    def change(
        self, method: Callable[..., Any], *args: Any, **options: Any
    ) -> Reply: ...


class Provider:
    """One account seen through one token. Safe to share between threads.

    Every method makes real requests, without any retry, and raises a ProviderError
    when it cannot answer.
    """

    def __init__(self, api: Any, exchange: Exchange, meter: Meter) -> None:
        self._api = api
        self._exchange = exchange
        self._meter = meter

    @property
    def budget(self) -> Budget | None:
        """What the latest answer said about the rate limit; None before any."""
        return self._meter.budget

    @property
    def requests(self) -> int:
        """How many answers this process has had with this token."""
        return self._meter.requests

    def sending(self, guard: sending.Guard) -> AbstractContextManager[None]:
        """Run `guard` right before each change sent inside the block."""
        return sending.sending(guard)

    def account(self) -> Account:
        body = self._exchange.read(self._api.account.get)
        return _decode(Account.read, body, "account")

    def droplets(self) -> list[Droplet]:
        return self._all(Droplet.read, self._api.droplets.list, "droplets")

    def droplet(self, droplet_id: int) -> Droplet:
        body = self._exchange.read(self._api.droplets.get, droplet_id)
        return _decode(Droplet.read, body, "droplet")

    def sizes(self) -> list[Size]:
        return self._all(Size.read, self._api.sizes.list, "sizes")

    def regions(self) -> list[Region]:
        return self._all(Region.read, self._api.regions.list, "regions")

    def action(self, action_id: int) -> Action:
        body = self._exchange.read(self._api.actions.get, action_id)
        return _decode(Action.read, body, "action")

    def droplet_actions(self, droplet_id: int) -> list[Action]:
        """The droplet's 200 latest actions, newest first."""
        body = self._exchange.read(
            self._api.droplet_actions.list, droplet_id, per_page=PER_PAGE, page=1
        )
        found = _decode_all(Action.read, body, "actions")
        return sorted(found, key=lambda action: action.id, reverse=True)

    def post_droplet_action(self, droplet_id: int, body: Document) -> Sent:
        """Ask for an action on a droplet: exactly one request, sent once."""
        reply = self._exchange.change(self._api.droplet_actions.post, droplet_id, body)
        try:
            action_id = int(reply.body["action"]["id"])
        except (KeyError, TypeError, ValueError) as error:
            raise UnknownOutcomeError(
                http_status=reply.http_status, request_id=reply.request_id
            ) from error
        return Sent(reply.http_status, reply.request_id, action_id, str(droplet_id))

    def droplet_metric(
        self, droplet_id: int, name: str, start: int, end: int
    ) -> list[MetricSeries]:
        """A monitoring metric of a droplet between two unix times.

        `name` is one of METRICS. "cpu" counts seconds per mode and only ever grows;
        memory and disk are bytes. No agent on the droplet gives an empty list.
        """
        method = getattr(self._api.monitoring, METRICS[name])
        body = self._exchange.read(
            method, host_id=str(droplet_id), start=str(start), end=str(end)
        )
        return _decode_all(MetricSeries.read, (body or {}).get("data"), "result")

    def pools(self) -> list[Pool]:
        pools = self._api.autoscalepools
        return self._all(Pool.read, pools.list, "autoscale_pools")

    def pool_members(self, pool_id: str) -> list[int]:
        """The ids of the droplets an autoscale pool owns."""
        method = self._api.autoscalepools.list_members
        return self._all(_member_id, method, "droplets", pool_id)

    def _all(
        self,
        read: Callable[[Document], Record],
        method: Callable[..., Any],
        key: str,
        *args: Any,
    ) -> list[Record]:
        pages = self._pages(method, *args)
        return [record for body in pages for record in _decode_all(read, body, key)]

    def _pages(self, method: Callable[..., Any], *args: Any) -> Iterator[Any]:
        page: int | None = 1
        for _ in range(MOST_PAGES):
            body = self._exchange.read(method, *args, per_page=PER_PAGE, page=page)
            yield body
            page = _next_page(body)
            if page is None:
                return
        raise UnavailableError("DigitalOcean's list never ends.")


METRICS = {
    "cpu": "get_droplet_cpu_metrics",
    "load_1": "get_droplet_load1_metrics",
    "memory_available": "get_droplet_memory_available_metrics",
    "memory_total": "get_droplet_memory_total_metrics",
    "filesystem_free": "get_droplet_filesystem_free_metrics",
    "filesystem_size": "get_droplet_filesystem_size_metrics",
}


def _member_id(document: Document) -> int:
    return int(document["droplet_id"])


def _next_page(body: Any) -> int | None:
    pages = ((body or {}).get("links") or {}).get("pages") or {}
    number = parse_qs(urlsplit(pages.get("next") or "").query).get("page", [""])[0]
    return int(number) if number.isdecimal() else None


def _decode(read: Callable[[Document], Record], body: Any, key: str) -> Record:
    try:
        return read(body[key])
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnavailableError("DigitalOcean answered in an unknown form.") from error


def _decode_all(
    read: Callable[[Document], Record], body: Any, key: str
) -> list[Record]:
    try:
        return [read(document) for document in body[key] or []]
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnavailableError("DigitalOcean answered in an unknown form.") from error
