"""The pages need PostgreSQL and nothing else: they never publish, and when the
database is away they say so and recover by themselves."""

import re
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.test import Client

from incidents.models import Incident
from portal.embedded import locations
from portal.embedded.processes import Command
from tests.processes.conftest import People
from tests.processes.fleet import Fleet, database_url, free_port
from tests.processes.gate import NAME, Gate
from tests.processes.members import Process

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ["/", "/incidents/", "/changes/", "/inventory/", "/maintenance/", "/readyz"]
PUBLISHING = re.compile(r"\.(delay|apply_async|send_task|retry)\(")
KEY = re.compile(r'name="(csrfmiddlewaretoken|key)" value="([^"]+)"')


class Site:
    """A web server whose broker does not exist, and a browser that is signed in."""

    def __init__(self, port: int, client: Client, gate: Gate, server: Process) -> None:
        self.url, self.gate, self.server = f"http://127.0.0.1:{port}", gate, server
        self.session = requests.Session()
        self.session.cookies.set(
            f"sid-{port}", client.cookies[settings.SESSION_COOKIE_NAME].value
        )

    def get(self, path: str) -> requests.Response:
        return self.session.get(f"{self.url}{path}", timeout=20)

    def status(self, path: str) -> int:
        try:
            return self.get(path).status_code
        except requests.ConnectionError:
            return 0


@pytest.fixture
def site(fleet: Fleet, people: People) -> Iterator[Site]:
    target = Path(connection.settings_dict["HOST"]) / NAME
    gate, port = Gate(fleet.folder, target), free_port()
    gate.open()
    environment = fleet.environment(
        "web",
        DJANGO_SETTINGS_MODULE="tests.settings",
        DATABASE_URL=database_url(str(fleet.folder)),
        REDIS_URL="redis+socket:///nowhere/redis.sock?virtual_host=0",
        PORT=str(port),
        WEB_WORKERS="1",
    )
    words = ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    command = Command(
        name="web",
        arguments=[sys.executable, *words, "--bind", f"127.0.0.1:{port}"],
        environment=environment,
        cwd=locations.CHECKOUT,
    )
    server = Process(command, fleet.folder / "web.log")
    client = Client()
    client.force_login(people.engineer)
    site = Site(port, client, gate, server)
    try:
        server.start()
        fleet.all["web"] = server
        fleet.wait_until(lambda: site.status("/healthz") == HTTPStatus.OK, "it serves")
        yield site
    finally:
        fleet.all.pop("web", None)
        server.kill()
        gate.close()


def test_every_page_answers_and_a_form_is_taken_without_a_broker(site: Site) -> None:
    assert {page: site.status(page) for page in PAGES} == dict.fromkeys(PAGES, 200)
    form = site.get("/incidents/new/")
    answer = site.session.post(
        form.url,
        data={
            **dict(KEY.findall(form.text)),
            "title": "Checkout answers with errors",
            "severity": "major",
        },
        headers={"Referer": form.url},
        allow_redirects=False,
        timeout=5,
    )
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    assert Incident.objects.filter(title="Checkout answers with errors").count() == 1


def test_without_the_database_a_calm_page_and_by_itself_back_again(
    site: Site, fleet: Fleet
) -> None:
    assert site.get("/changes/").ok
    site.gate.close()
    answer = site.get("/changes/")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.elapsed.total_seconds() < 5
    assert int(answer.headers["Retry-After"]) > 0
    assert "<h1" in answer.text
    probe = requests.get(f"{site.url}/healthz", timeout=2)
    assert probe.json() == {"status": "ok"}
    probe = requests.get(f"{site.url}/readyz", timeout=5)
    assert probe.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    site.gate.open()
    fleet.wait_until(lambda: site.get("/changes/").ok, "it is back")
    assert site.get("/readyz").ok
    assert site.server.is_alive


def test_only_the_clock_puts_messages_on_the_queue() -> None:
    sources = [
        path
        for app in ("portal", "incidents", "maintenance", "scaling", "secrets_audit")
        for path in (locations.CHECKOUT / app).rglob("*.py")
    ]
    found = [str(path) for path in sources if PUBLISHING.search(path.read_text())]
    assert sources
    assert found == []
