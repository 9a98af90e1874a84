"""After every migrate there is a promise for each severity."""

from typing import Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps

from incidents.plans import FIRST_PROMISES


def make_first_promises(apps: Apps = installed_apps, **_kwargs: Any) -> None:
    """Write version 1 of every policy that is missing; never touch one that is there.

    Uses the models of the migration that has just run, which may not have any yet.
    """
    try:
        policies = apps.get_model("incidents", "SeverityPolicy")
    except LookupError:
        return
    for promise in FIRST_PROMISES:
        policies.objects.get_or_create(
            severity=promise["severity"], version=1, defaults=promise
        )
