"""The calendar's pages."""

import calendar
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, date
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from maintenance import permissions, queries, services
from maintenance.forms import STATES, AgendaForm, CalendarForm, CompletionForm
from maintenance.models import Occurrence, Series
from portal.exceptions import ForbiddenError
from portal.web import paging
from portal.web.http import (
    PortalRequest,
    fragment_or_redirect,
    page_or_fragment,
    wants_fragment,
)

P = ParamSpec("P")
View = Callable[Concatenate[PortalRequest, P], HttpResponse]


def for_readers(view: View[P]) -> View[P]:
    """Refuse people without any role that reads the calendar."""

    @wraps(view)
    def guarded(
        request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not permissions.can_view(request.user):
            raise ForbiddenError("Only a viewer may read the calendar.", role="viewer")
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@for_readers
def this_month(request: PortalRequest) -> HttpResponse:
    today = timezone.now().astimezone(queries.calendar_zone()).date()
    return _month_page(request, today.replace(day=1))


@require_GET
@for_readers
def month(request: PortalRequest, year: int, month: int) -> HttpResponse:
    return _month_page(request, date(year, month, 1))


@require_GET
@for_readers
def agenda(request: PortalRequest) -> HttpResponse:
    now, form = timezone.now(), AgendaForm(request.GET)
    duties = queries.agenda(start=form.start, end=form.end, at=now, **form.filters)
    page = paging.keyset(
        duties, order=("due_date", "pk"), cursor=form.valid_data["after"], size=50
    )
    return render(
        request,
        "maintenance/agenda.html",
        {
            "page": page,
            "events": queries.events(page.rows, now),
            "span": form.span,
            "today": now.astimezone(queries.calendar_zone()).date(),
            **_around(form),
        },
    )


@require_GET
@for_readers
def duty(request: PortalRequest, pk: int) -> HttpResponse:
    return render(request, "maintenance/duty.html", _duty(request, _found(pk)))


@require_POST
@for_readers
def completion(request: PortalRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    form = CompletionForm(request.POST, duty=found)
    if not form.is_valid():
        return page_or_fragment(
            request,
            "maintenance/duty.html",
            _duty(request, found, form=form),
            fragment="maintenance/_state.html",
            status=422,
        )
    done = services.complete(found, actor=request.user, **form.cleaned_data)
    return _told(request, done)


@require_GET
@for_readers
def series(request: PortalRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Series.objects.select_related("team"), slug=slug)
    context = {"series": found, **queries.history(found, timezone.now())}
    return render(request, "maintenance/series.html", context)


def _month_page(request: PortalRequest, first: date) -> HttpResponse:
    form = CalendarForm(request.GET)
    weeks = queries.month(first, at=timezone.now(), **form.filters)
    context = {
        "weeks": weeks,
        "shown": first,
        "weekdays": list(calendar.day_name),
        "previous": _months_away(first, -1),
        "next": _months_away(first, 1),
        "is_empty": not any(day and day.total for week in weeks for day in week),
    }
    return render(request, "maintenance/month.html", context | _around(form))


def _months_away(first: date, months: int) -> date | None:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1) if MINYEAR <= year <= MAXYEAR else None


def _around(form: CalendarForm) -> dict[str, Any]:
    owners = queries.owners(timezone.now())
    return {
        "form": form,
        "filters": form.filters,
        "states": STATES,
        "owners": owners,
        "overdue": sum(owner.overdue for owner in owners),
        "zone": queries.calendar_zone(),
    }


def _found(pk: int) -> Occurrence:
    rows = Occurrence.objects.select_related("series", "team", "completed_by")
    return get_object_or_404(rows, pk=pk)


def _duty(request: PortalRequest, duty: Occurrence, **changed: Any) -> dict[str, Any]:
    return {
        "duty": duty,
        "standing": duty.standing(timezone.now()),
        "may_complete": permissions.can_complete(request.user, duty),
        "form": CompletionForm(duty=duty),
        **changed,
    }


def _told(request: PortalRequest, done: Occurrence) -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, f"{done} is completed.")
    return fragment_or_redirect(
        request,
        "maintenance/_state.html",
        _duty(request, done, just_done=True),
        to=done,
    )
