"""Inviting a person, and the page the invitation's link leads to."""

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.models import Invitation
from portal.people import forms, permissions, queries
from portal.people.services import invitations
from portal.web.http import PortalRequest, form_page, posted, see_other


@require_http_methods(["GET", "POST"])
def new(request: PortalRequest) -> HttpResponse:
    permissions.require_keeper(request.user)
    form = forms.InvitationForm(posted(request), initial={"roles": ["viewer"]})
    if not form.is_valid():
        return form_page(request, "people/new.html", {"form": form})
    invited = invitations.invite(**form.cleaned_data, actor=request.user)
    # Shown in the answer to the form and nowhere else: a redirect would have to
    # store the token.
    path = reverse("people:invitation", args=[invited.token])
    context = {"invitation": invited.invitation, "link": settings.PORTAL_URL + path}
    return render(request, "people/invited.html", context, status=201)


@require_POST
def withdrawal(request: PortalRequest, pk: int) -> HttpResponse:
    permissions.require_keeper(request.user)
    invitation = get_object_or_404(Invitation, pk=pk)
    invitations.withdraw(invitation, actor=request.user)
    messages.success(request, f"The invitation of {invitation.email} is withdrawn.")
    return see_other(request, "people:list")


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def acceptance(request: HttpRequest, token: str) -> HttpResponse:
    limited: HttpResponse | None = ratelimit.consume_or_429(
        request, action="signup", limit_get=True
    )
    if limited is not None:
        return limited
    digest = invitations.digest(token)
    invitation = Invitation.objects.filter(token_sha256=digest).first()
    if invitation is None or request.user.is_authenticated:
        return _over(request, invitation)
    closed = queries.why_closed(invitation)
    if closed:
        return _over(request, invitation, closed)
    return _answer(request, invitation)


def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = forms.AcceptanceForm(
        posted(request),
        email=invitation.email,
        initial={"name": invitation.name},
    )
    if not form.is_valid():
        context = {"form": form, "invitation": invitation}
        return form_page(request, "people/acceptance.html", context)
    data = form.cleaned_data
    user = invitations.accept(invitation, name=data["name"], password=data["password1"])
    return perform_login(request, user, email=user.email)  # type: ignore[no-any-return]


def _over(
    request: HttpRequest, invitation: Invitation | None, reason: str = ""
) -> HttpResponse:
    """404 for a link that never was, 410 for one that is over, 409 for somebody who
    is signed in already."""
    if invitation is None:
        status, reason = 404, "This link is not an invitation. Was it copied whole?"
    elif reason:
        status = 410
    else:
        status = 409
        reason = (
            "You are signed in already. An invitation opens a new account: sign out,"
            " then follow the link again."
        )
    context = {"reason": reason}
    return render(request, "people/invitation_over.html", context, status=status)
