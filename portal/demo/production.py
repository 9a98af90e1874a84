"""The demo's production: services, two open incidents, a resolved one, the duties,
and the credentials."""

import uuid
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from incidents import services as incidents
from incidents.models import Incident
from maintenance import services as maintenance
from maintenance.models import Occurrence
from portal.accounts.models import Team, User
from portal.audit import services as audit
from portal.catalog.models import Service
from secrets_audit import services as secrets

SERVICES = (
    ("shop-api", "Shop API", "backend", "devops", "api", "Orders, prices and stock."),
    ("shop-web", "Shop web", "frontend", "development", "web", "What customers see."),
    ("app-push", "App push", "mobile", "development", "worker", "Push to phones."),
    ("cache", "Session cache", "backend", "infrastructure", "cache", "Keeps sessions."),
)
# Kind, name, public id, the service that uses it, and the age of its value in days.
CREDENTIALS = (
    ("spaces_key", "Key of the media bucket", "DO00DEMOMEDIABUCKET1", "shop-web", 131),
    ("database_user", "Database user of the orders", "shop_api", "shop-api", 97),
    ("app_secret", "Key of payment webhooks", "PAYMENT_WEBHOOK_KEY", "shop-api", 82),
    ("certificate", "Certificate of the shop", "shop.demo.example", "shop-web", 40),
    ("api_token", "Token for push messages", "push-demo-1", "app-push", 21),
    ("ssh_key", "Deployment key of the cache", "deploy@cache-01", "cache", 5),
)
HISTORY = timedelta(days=120)
LEADS = {
    "infrastructure": "lead@demo.example",
    "devops": "lead@demo.example",
    "security": "security@demo.example",
    "development": "oncall@demo.example",
}


@transaction.atomic
def create() -> None:
    """Write everything through the verbs people use, so that it is audited alike."""
    for slug, name, tier, team, tag, summary in SERVICES:
        Service.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "tier": tier,
                "team": Team.objects.get(slug=team),
                "tag": tag,
                "summary": summary,
            },
        )
    _incidents()
    _duties()
    _credentials()


def _incidents() -> None:
    engineer = User.objects.get(email="engineer@demo.example")
    oncall = User.objects.get(email="oncall@demo.example")
    resolved = _declare("Payment page shows an empty cart", "major", "shop-web", oncall)
    incidents.acknowledge(resolved, actor=oncall)
    incidents.resolve(
        resolved, resolution="A stale CDN rule was removed.", actor=oncall
    )
    slow = _declare("Shop API answers slowly from fra1", "major", "shop-api", engineer)
    incidents.acknowledge(slow, actor=oncall)
    incidents.add_update(
        slow,
        body="web-01 and api-01 swap under the evening load. A resize is requested.",
        client_key=uuid.uuid4(),
        actor=oncall,
    )
    _declare("Certificate of the status page expires soon", "minor", "cache", engineer)


def _declare(title: str, severity: str, service: str, actor: User) -> Incident:
    found = Service.objects.get(slug=service)
    return incidents.declare(
        title=title,
        severity=severity,
        service=found,
        team=found.team,
        client_key=uuid.uuid4(),
        actor=actor,
    )


def _duties() -> None:
    """A past in which nearly everything was done on its day: one review is overdue."""
    maintenance.ensure_runbook_series(since=timezone.now().date() - HISTORY)
    past = Occurrence.objects.filter(
        state="open", due_date__lt=timezone.now().date() - timedelta(days=4)
    ).select_related("series", "series__team")
    for occurrence in past.exclude(pk__in=_left_open()):
        lead = User.objects.get(email=LEADS[occurrence.series.team.slug])
        occurrence.complete(
            by=lead,
            at=datetime.combine(
                occurrence.due_date, time(15), tzinfo=occurrence.series.zone
            ),
            note="Entered from the old list.",
            evidence="https://wiki.demo.example/maintenance",
        )
        occurrence.save()
        audit.record("duty.imported", occurrence, actor=lead, due=occurrence.due_date)


def _left_open() -> list[int]:
    latest = Occurrence.objects.filter(
        series__slug="firewall-review", due_date__lt=timezone.now().date()
    )
    return list(latest.order_by("-due_date").values_list("pk", flat=True)[:1])


def _credentials() -> None:
    today = timezone.now().date()
    for kind, name, public_id, service, age in CREDENTIALS:
        found = Service.objects.get(slug=service)
        secrets.register(
            key=uuid.uuid4(),
            kind=kind,
            name=name,
            public_id=public_id,
            team=found.team,
            services=[found],
            rotated_on=today - timedelta(days=age),
            actor=User.objects.get(email=LEADS[found.team.slug]),
        )
