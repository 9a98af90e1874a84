"""How the portal looks to the person who is signed in."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from portal.people import forms, queries
from portal.people.services import accounts
from portal.web.http import PortalRequest, form_page, posted, see_other


@require_http_methods(["GET", "POST"])
def preferences(request: PortalRequest) -> HttpResponse:
    form = forms.PreferencesForm(
        posted(request), initial=queries.preferences_of(request.user)
    )
    if not form.is_valid():
        return form_page(request, "people/preferences.html", {"form": form})
    accounts.set_preferences(request.user, **form.cleaned_data)
    messages.success(request, "Your preferences are saved.")
    return see_other(request, "people:preferences")
