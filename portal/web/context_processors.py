"""What base.html needs; evaluated only where a template asks for it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, lazystr

from portal import context
from portal.web import bell, navigation


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation, bell, preferences of the person, and the simulated-account banner.

    Works for anonymous requests and for those that failed before sign-in was read.
    """
    user = getattr(request, "user", None)
    shared = {
        "simulated": settings.DIGITALOCEAN_SIMULATED,
        "request_id": lazystr(context.request_id.get()),
    }
    if user is None or not user.is_authenticated:
        return shared
    return shared | {
        "navigation": SimpleLazyObject(lambda: navigation.items(user, request.path)),
        "top_actions": SimpleLazyObject(lambda: navigation.actions(user, request.path)),
        "bell": SimpleLazyObject(lambda: bell.ring(user)),
        "theme": user.theme,
        "density": user.density,
        "shortcuts": user.shortcuts,
    }
