"""The log, for those who must be able to believe it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from portal.accounts.models import User
from portal.audit import queries
from portal.audit.forms import AuditFilter
from portal.audit.models import AuditEvent
from portal.exceptions import ForbiddenError
from portal.web import paging
from portal.web.http import PortalRequest, page_or_fragment


@require_GET
def event_list(request: PortalRequest) -> HttpResponse:
    _require_reader(request.user)
    form = AuditFilter(request.GET)
    data = form.valid_data
    cursor, kind, pk = data.pop("after"), data.pop("type"), data.pop("id")
    events = queries.matching(target_type=kind, target_id=pk, **data)
    context = {
        "form": form,
        "head": queries.head(),
        "page": paging.keyset(events, order=("-seq",), cursor=cursor, size=50),
    }
    return page_or_fragment(request, "audit/list.html", context, fragment="rows")


@require_GET
def event(request: PortalRequest, seq: int) -> HttpResponse:
    _require_reader(request.user)
    row = get_object_or_404(AuditEvent, seq=seq)
    return render(request, "audit/event.html", {"event": row})


def _require_reader(user: User) -> None:
    if not user.can("audit.view_auditevent"):
        message = "The audit log is shown to auditors and administrators."
        raise ForbiddenError(message, role="auditor")
