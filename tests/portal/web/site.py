"""A tiny site on the portal's frame: every component on one page, every refusal."""

import datetime
from pathlib import Path
from types import SimpleNamespace

from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.exceptions import ForbiddenError, TransitionError
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as urlpatterns_of_the_portal
from portal.web.forms import IdempotentForm, QueryForm
from portal.web.http import fragment_or_redirect, page_or_fragment, see_other
from portal.web.paging import Page
from portal.web.search import Group, Hit

__all__ = ["handler400", "handler403", "handler404", "handler500"]

TEAMS = [
    SimpleNamespace(name=name, letter=name[0], colour=number)
    for number, name in enumerate(
        ["Infrastructure", "Development", "Operations", "Security", "Web", "Mobile"], 1
    )
]
INCIDENTS = [
    ("Checkout answers 502", "Critical", "bad", "Open", "bad", "bad", "3 min left"),
    ("Replica lags behind", "Major", "warn", "Acknowledged", "info", "warn", "12 min"),
    ("Slow product search", "Minor", "neutral", "Resolved", "ok", "ok", "kept"),
]


class Filters(QueryForm):
    q = forms.CharField(max_length=100, label="Text")
    severity = forms.ChoiceField(
        choices=[("", "Any"), ("critical", "Critical")], label="Severity"
    )


class Request(IdempotentForm):
    title = forms.CharField(help_text="One line, as you would say it aloud.")
    size = forms.ChoiceField(choices=[("a", "s-2vcpu-4gb"), ("b", "s-4vcpu-8gb")])
    reason = forms.CharField(widget=forms.Textarea, required=False)
    severity = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("1", "Critical"), ("2", "Major")]
    )
    sure = forms.BooleanField(label="I have read the plan")


def _calendar() -> list[list[SimpleNamespace]]:
    start = datetime.date(2026, 10, 26)
    days = []
    for offset in range(42):
        day = start + datetime.timedelta(days=offset)
        events = [
            SimpleNamespace(title=title, tone=tone, team=TEAMS[number], icon=icon)
            for number, (title, tone, icon) in enumerate(
                [
                    ("OS updates", "bad", "octagon-alert"),
                    ("Dependency updates", "neutral", ""),
                    ("Backup test", "ok", "circle-check"),
                ][: offset % 9 // 3]
            )
        ]
        marks = [
            "outside" if day.month != 11 else "",
            "weekend" if day.weekday() > 4 else "",
            "today" if day.day == 23 else "",
            "" if events else "quiet",
        ]
        days.append(
            SimpleNamespace(
                iso=day.isoformat(), number=day.day, events=events, css=" ".join(marks)
            )
        )
    return [days[i : i + 7] for i in range(0, 42, 7)]


def styleguide(request: HttpRequest) -> HttpResponse:
    if request.GET.get("toast"):
        messages.success(request, "Incident declared.")
    source = Path(__file__).with_name("styleguide.html").read_text()
    now = timezone.now()
    rows = [
        SimpleNamespace(
            title=title,
            severity=severity,
            tone=tone,
            status=status,
            status_tone=status_tone,
            clock_tone=clock_tone,
            clock=clock,
            team=TEAMS[number],
            lead="Ada Example" if number else None,
            at=now - datetime.timedelta(minutes=7 * (number + 1)),
        )
        for number, (
            title,
            severity,
            tone,
            status,
            status_tone,
            clock_tone,
            clock,
        ) in enumerate(INCIDENTS)
    ]
    context = {
        "rows": rows,
        "teams": TEAMS,
        "now": now - datetime.timedelta(hours=2),
        "name": "Ada Example",
        "weekdays": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        "weeks": _calendar(),
        "filters": Filters(request.GET),
        "form": Request({"title": ""}),
        "page": Page(rows=rows, next_cursor="next", size=25, is_first=False),
    }
    return HttpResponse(engines["django"].from_string(source).render(context, request))


@require_POST
def transition(request: HttpRequest) -> HttpResponse:
    raise TransitionError("Bo Sample acknowledged it 4 seconds ago.")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise ForbiddenError("Only an approver may decide.", role="approver")


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@login_not_required
def database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused")


def proof(request: HttpRequest) -> HttpResponse:
    raise ReauthenticationRequired


@require_POST
def handled(request: HttpRequest) -> HttpResponse:
    return fragment_or_redirect(request, "parts/_empty.html", {"title": "Done"}, to="/")


@require_POST
def moved(request: HttpRequest) -> HttpResponse:
    return see_other(request, "/search/")


def polled(request: HttpRequest) -> HttpResponse:
    return page_or_fragment(
        request,
        "404.html",
        {"title": "Polled"},
        fragment="parts/_empty.html",
        status=286,
    )


def live(request: HttpRequest) -> HttpResponse:
    source = Path(__file__).with_name("live.html").read_text()
    return HttpResponse(engines["django"].from_string(source).render({}, request))


def found(request: HttpRequest) -> HttpResponse:
    hit = Hit("INC-1 Checkout answers 502", "/live/")
    groups = [Group("Incidents", [hit])]
    return page_or_fragment(
        request, "404.html", {"groups": groups}, fragment="dashboard/_found.html"
    )


def invalid(request: HttpRequest) -> HttpResponse:
    source = '<form id="invalid">{% include "parts/_errors.html" %}</form>'
    page = engines["django"].from_string(source).render({"form": Request({})}, request)
    return HttpResponse(page, status=422)


urlpatterns = [
    path("live/", live),
    path("search/", found),
    path("invalid/", invalid),
    path("", styleguide, name="styleguide"),
    path("transition/", transition),
    path("forbidden/", forbidden),
    path("denied/", denied),
    path("suspicious/", suspicious),
    path("broken/", broken),
    path("database/", database),
    path("proof/", proof),
    path("handled/", handled),
    path("moved/", moved),
    path("polled/", polled),
    *urlpatterns_of_the_portal,
]
