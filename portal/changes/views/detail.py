"""One request: its plan, its decisions, its steps live, its story."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.accounts.stepup import has_factor, has_fresh_factor
from portal.changes import queries, registry
from portal.changes.forms import DecisionForm, ReasonForm
from portal.changes.models import ChangeRequest
from portal.web.http import STOP_POLLING, PortalRequest, wants_fragment

State = ChangeRequest.State
STOPPED = {State.PLAN_FAILED, State.STALE, State.NEEDS_ATTENTION}
WATCHED = {State.PENDING, State.STALE, State.PLAN_FAILED}
LIVE_POLL = "every 2s"
QUIET_POLL = "every 15s"


def found(request: PortalRequest, pk: int) -> ChangeRequest:
    """The request, for those who may see it; 404 for the others."""
    if not request.user.can("changes.view_changerequest"):
        raise Http404
    rows = ChangeRequest.objects.select_related("requester", "current_plan")
    return get_object_or_404(rows, pk=pk)


@require_safe
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    return page(request, found(request, pk))


@require_safe
def progress(request: PortalRequest, pk: int) -> HttpResponse:
    change = found(request, pk)
    if not wants_fragment(request):
        return redirect(change)
    if request.GET.get("seen") != change.state:
        return HttpResponse(headers={"HX-Refresh": "true"})
    status = STOP_POLLING if not change.is_open else 200
    return render(request, "changes/_live.html", live_context(change), status=status)


def page(
    request: PortalRequest,
    change: ChangeRequest,
    *,
    problem: str = "",
    changed: Sequence[str] = (),
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page; ``problem`` is what a refused click is told, ``changed`` how
    the plan differs from the one it was about."""
    rights = queries.rights(change, request.user)
    context = {
        **live_context(change),
        "problem": problem,
        "changed": changed,
        "rights": rights,
        "form": form or decision_form(change),
        "reason_form": ReasonForm(),
        "fresh": rights.decide and has_fresh_factor(request),
        "enrolled": not rights.decide or has_factor(request.user),
        "decisions": queries.decisions(change),
        "story": queries.story(change),
        "demand": queries.demand_in_words(change),
        "resources": queries.resources(change),
        "others": queries.others(change),
        "kind": _kind_label(change),
    }
    return render(request, "changes/request_detail.html", context, status=status)


def live_context(change: ChangeRequest) -> dict[str, Any]:
    """What the polled part of the page needs."""
    return {
        "change": change,
        "plan": change.current_plan,
        "stopped": change.state in STOPPED,
        "progress": queries.progress(change),
        "holds": queries.open_holds(change),
        "trigger": QUIET_POLL if change.state in WATCHED else LIVE_POLL,
    }


def decision_form(change: ChangeRequest) -> DecisionForm:
    """An empty verdict on the plan shown."""
    plan = change.current_plan
    return DecisionForm(
        initial={
            "plan_hash": plan.plan_hash if plan else "",
            "version": change.version,
        }
    )


def _kind_label(change: ChangeRequest) -> str:
    try:
        return registry.get(change.kind).label
    except registry.UnknownKindError:
        return change.kind
