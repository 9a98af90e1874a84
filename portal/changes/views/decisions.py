"""Deciding, withdrawing, planning again, resuming."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.accounts.stepup import factor_age, has_fresh_factor
from portal.changes import queries, services
from portal.changes.forms import DecisionForm, ReasonForm, RejectionForm
from portal.changes.models import ChangeRequest
from portal.changes.views.detail import found, page
from portal.exceptions import TransitionError
from portal.web.http import PortalRequest, see_other

Decide = Callable[..., ChangeRequest]


@require_POST
def approval(request: PortalRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, DecisionForm, services.approve, "You approved {}.")


@require_POST
def rejection(request: PortalRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, RejectionForm, services.reject, "You rejected {}.")


def _decide(
    request: PortalRequest,
    pk: int,
    form_class: type[DecisionForm],
    decide: Decide,
    said: str,
) -> HttpResponse:
    change = found(request, pk)
    services.insist_on_right(change, actor=request.user)
    if not has_fresh_factor(request):
        messages.warning(
            request, "Confirm your second factor first. Nothing has been decided yet."
        )
        return see_other(request, _step_up(change))
    form = form_class(request.POST)
    if not form.is_valid():
        return page(request, change, form=form, status=422)
    try:
        change = decide(
            change,
            actor=request.user,
            factor_age=factor_age(request),
            **form.cleaned_data,
        )
    except TransitionError as error:
        return _too_late(request, pk, error, seen=form.cleaned_data["plan_hash"])
    messages.success(request, said.format(change.number))
    return see_other(request, change)


def _step_up(change: ChangeRequest) -> str:
    query = urlencode({"next": change.get_absolute_url()})
    return f"{reverse('mfa_reauthenticate')}?{query}"


def _too_late(
    request: PortalRequest, pk: int, error: TransitionError, *, seen: str = ""
) -> HttpResponse:
    """409: what happened meanwhile, and for an old page how the plan differs."""
    change = found(request, pk)
    changed = []
    if isinstance(error, services.StalePlanError):
        changed = queries.what_changed(change, seen)
    return page(request, change, problem=str(error), changed=changed, status=409)


@require_POST
def withdrawal(request: PortalRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.withdraw, "You withdrew {}.")


@require_POST
def planning(request: PortalRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.plan_again, "{} is being planned again.")


@require_POST
def resumption(request: PortalRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        change = found(request, pk)
        return page(request, change, problem="Say why it may go on.", status=422)
    return _act(request, pk, services.resume, "{} goes on.", **form.cleaned_data)


def _act(
    request: PortalRequest, pk: int, verb: Decide, said: str, **values: Any
) -> HttpResponse:
    change = found(request, pk)
    try:
        change = verb(change, actor=request.user, **values)
    except TransitionError as error:
        return _too_late(request, pk, error)
    messages.success(request, said.format(change.number))
    return see_other(request, change)
