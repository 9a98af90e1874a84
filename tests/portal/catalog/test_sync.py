"""What a worker reads, and what it does when the provider will not answer."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.catalog import jobs, queries, reading, services
from portal.catalog.models import RefreshRequest, Resource, Size
from portal.digitalocean.simulator.machine import Machine
from tests.factories import make_user
from tests.portal.catalog.factories import make_refresh, make_resource, make_service
from tests.portal.digitalocean.account import (
    WEB_01,
    Clock,
    fault,
    in_process,
    make_machine,
    simulated_account,
)

pytestmark = pytest.mark.django_db
URN = f"do:droplet:{WEB_01}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def machine(clock: Clock) -> Iterator[Machine]:
    with simulated_account(make_machine(clock=clock)) as machine:
        yield machine


def sync() -> RefreshRequest:
    services.request_refresh("account", actor=None)
    assert jobs.refresh_due() == 1
    return RefreshRequest.objects.latest("pk")


def test_a_reading_brings_droplets_prices_and_pool_membership(
    machine: Machine,
) -> None:
    request = sync()
    assert (request.error, request.attempts) == ("", 1)
    assert request.read_at is not None
    assert Resource.objects.count() == 10
    web = Resource.objects.get(urn=URN)
    assert (web.name, web.region, web.status) == ("web-01", "fra1", "active")
    assert web.tags == ["prod", "web"]
    assert web.monthly_usd == 24
    assert web.facts["size_slug"] == "s-2vcpu-4gb"
    assert web.facts["public_ip"] == "203.0.113.10"
    assert web.seen_at == request.read_at
    pool = Resource.objects.get(name="jobs-pool-a41c")
    assert pool.facts["autoscale_pool"] == "jobs-pool"
    size = Size.objects.get(slug="s-4vcpu-8gb")
    assert (size.monthly_usd, size.memory_mib, size.disk_gib) == (48, 8192, 160)
    assert size.seen_at == request.read_at
    assert not Size.objects.get(slug="s-8vcpu-32gb").available


def test_a_second_reading_changes_rows_and_adds_none(
    machine: Machine, clock: Clock
) -> None:
    sync()
    pk = Resource.objects.get(urn=URN).pk
    in_process(machine).post_droplet_action(WEB_01, {"type": "power_off"})
    clock.forward(60)
    sync()
    web = Resource.objects.get(urn=URN)
    assert (web.pk, web.status) == (pk, "off")
    assert Resource.objects.count() == 10


def test_what_is_gone_stays_with_the_time_it_went_and_may_come_back(
    machine: Machine,
) -> None:
    old = make_resource("old-01", seen_at=timezone.now() - timedelta(hours=1))
    known = make_resource(
        "renamed",
        urn=URN,
        vanished_at=timezone.now() - timedelta(hours=1),
        seen_at=timezone.now() - timedelta(hours=1),
    )
    request = sync()
    old.refresh_from_db()
    known.refresh_from_db()
    assert old.vanished_at == request.read_at
    assert known.vanished_at is None
    assert known.name == "web-01"
    first = old.vanished_at
    sync()
    old.refresh_from_db()
    assert old.vanished_at == first


def test_a_service_owns_what_carries_its_tag(machine: Machine) -> None:
    shop = make_service("Shop", tag="web")
    make_service("Untagged")
    sync()
    assert [row.name for row in shop.resources.order_by("name")] == [
        "web-01",
        "web-02",
        "web-03",
    ]
    sync()
    assert shop.resources.count() == 3
    assert Resource.objects.filter(services__name="Untagged").count() == 0


def test_a_size_nobody_offers_any_more_is_unavailable(machine: Machine) -> None:
    Size.objects.create(
        slug="s-old",
        vcpus=1,
        memory_mib=512,
        disk_gib=20,
        monthly_usd=4,
        seen_at=timezone.now() - timedelta(days=1),
    )
    sync()
    assert not Size.objects.get(slug="s-old").available


def test_one_resource_can_be_read_alone(machine: Machine, clock: Clock) -> None:
    sync()
    in_process(machine).post_droplet_action(WEB_01, {"type": "power_off"})
    clock.forward(60)
    services.request_refresh("resource", URN, actor=None)
    assert jobs.refresh_due() == 1
    web = Resource.objects.get(urn=URN)
    assert web.status == "off"
    assert Resource.objects.filter(seen_at=web.seen_at).count() == 1
    pool = Resource.objects.get(name="jobs-pool-a41c")
    services.request_refresh("resource", pool.urn, actor=None)
    jobs.refresh_due()
    pool.refresh_from_db()
    assert pool.facts["autoscale_pool"] == "jobs-pool"


def test_a_resource_read_alone_that_is_not_there_is_gone(machine: Machine) -> None:
    old = make_resource("old-01", seen_at=timezone.now() - timedelta(hours=1))
    services.request_refresh("resource", old.urn, actor=None)
    jobs.refresh_due()
    old.refresh_from_db()
    assert old.vanished_at is not None


@pytest.mark.parametrize("urn", ["do:dbaas:1", "do:droplet:x", "nonsense"])
def test_a_kind_that_cannot_be_read_says_so(machine: Machine, urn: str) -> None:
    services.request_refresh("resource", urn, actor=None)
    jobs.refresh_due()
    assert "cannot be read" in RefreshRequest.objects.get().error


def test_an_older_reading_never_overwrites_a_newer_one(machine: Machine) -> None:
    found = reading.account(in_process(machine))
    newer = timezone.now()
    make_resource("newer-name", urn=URN, seen_at=newer)
    absent = make_resource("not-in-the-reading", seen_at=newer)
    reading.store(found, newer - timedelta(seconds=5))
    assert Resource.objects.get(urn=URN).name == "newer-name"
    absent.refresh_from_db()
    assert absent.vanished_at is None


@pytest.mark.parametrize("kind", ["error_before", "unauthorized", "drop_before"])
def test_a_failed_reading_keeps_the_old_rows_and_says_why(
    machine: Machine, kind: str
) -> None:
    sync()
    before = Resource.objects.get(urn=URN).seen_at
    fault(machine, kind, path="/v2/droplets")
    request = sync()
    assert request.finished_at is not None
    assert request.error
    assert request.read_at is None
    assert Resource.objects.get(urn=URN).seen_at == before
    freshness = queries.freshness_of_account()
    assert freshness.as_of == before
    assert freshness.error == request.error
    assert not freshness.is_reading
    sync()
    assert queries.freshness_of_account().error == ""


def test_a_throttled_reading_waits_without_anybody_sleeping(machine: Machine) -> None:
    fault(machine, "throttled", path="/v2/droplets", seconds=90)
    request = sync()
    assert request.finished_at is None
    assert 80 < (request.due_at - timezone.now()).total_seconds() <= 91
    freshness = queries.freshness_of_account()
    assert freshness.is_reading
    assert freshness.next_try_at == request.due_at
    assert jobs.refresh_due() == 0
    RefreshRequest.objects.update(due_at=timezone.now())
    assert jobs.refresh_due() == 1
    request.refresh_from_db()
    assert request.error == ""
    assert request.finished_at is not None


def test_asking_while_somebody_reads_gives_the_open_request() -> None:
    first = services.request_refresh("account", actor=None)
    assert services.request_refresh("account", actor=None) == first
    other = services.request_refresh("resource", URN, actor=None)
    assert other != first
    with pytest.raises(IntegrityError):
        make_refresh()


def test_a_target_belongs_to_a_resource_and_only_there() -> None:
    with pytest.raises(IntegrityError):
        make_refresh(target=URN)


def test_people_are_served_before_the_portals_own_rounds(machine: Machine) -> None:
    services.request_refresh("account", actor=None)
    services.request_refresh("resource", URN, actor=make_user("engineer"))
    assert jobs._claim().target == URN  # type: ignore[union-attr]


def test_a_claimed_request_is_nobody_elses_until_its_lease_runs_out(
    machine: Machine,
) -> None:
    services.request_refresh("account", actor=None)
    first = jobs._claim()
    assert first is not None
    assert jobs._claim() is None
    RefreshRequest.objects.update(due_at=timezone.now())
    second = jobs._claim()
    assert second is not None
    jobs._end(first, error="the slow one")
    assert RefreshRequest.objects.get().finished_at is None
    jobs._end(second, error="")
    assert RefreshRequest.objects.get().error == ""


def test_a_request_that_kills_its_worker_is_given_up(machine: Machine) -> None:
    services.request_refresh("account", actor=None)
    RefreshRequest.objects.update(attempts=jobs.GIVE_UP_AFTER)
    jobs.refresh_due()
    assert "too often" in RefreshRequest.objects.get().error


def test_the_rounds_ask_once_a_minute_and_sweep_up_behind_them(
    machine: Machine,
) -> None:
    make_refresh(finished_at=timezone.now() - jobs.KEEP - timedelta(hours=1))
    assert jobs.sync_due() == 1
    assert RefreshRequest.objects.count() == 1
    assert jobs.sync_due() == 0
    jobs.refresh_due()
    assert jobs.sync_due() == 0
    RefreshRequest.objects.update(finished_at=timezone.now() - jobs.SYNC_EVERY)
    assert jobs.sync_due() == 1


def test_without_a_token_the_rounds_say_so() -> None:
    from django.test import override_settings

    with override_settings(DIGITALOCEAN_ENDPOINT="", DIGITALOCEAN_READ_TOKEN=""):
        assert "No DigitalOcean token" in sync().error


def test_only_a_persons_wish_is_audited() -> None:
    services.request_refresh("account", actor=None)
    assert not AuditEvent.objects.exists()
    services.request_refresh("account", actor=make_user("engineer"))
    assert not AuditEvent.objects.exists()
    services.request_refresh("resource", URN, actor=make_user("engineer"))
    assert AuditEvent.objects.get().action == "inventory.refresh_requested"


def test_reading_costs_the_same_queries_however_large_the_account(
    machine: Machine, django_assert_max_num_queries: object
) -> None:
    sync()
    for number in range(40):
        make_resource(f"many-{number}", seen_at=None)
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        sync()
