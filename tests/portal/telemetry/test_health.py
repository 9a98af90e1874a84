"""The two probes: alive, and able to serve."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal.telemetry import views


def test_a_living_process_says_so_under_any_name(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_process_with_its_database_and_schema_is_ready(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_complete", [])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sweep'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer["Retry-After"]


@pytest.mark.django_db
def test_readiness_asks_the_schema_once(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")
