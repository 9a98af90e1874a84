"""Sign-ins and refusals belong to the record; allauth and Django announce them."""

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out

from portal.accounts.models import User
from portal.audit.services import record


def connect() -> None:
    """Listen; called once when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="audit.signed_out")
    authenticator_added.connect(_factor_added, dispatch_uid="audit.factor_added")
    authenticator_removed.connect(_factor_removed, dispatch_uid="audit.factor_removed")


def _signed_in(sender: Any, user: User, **_kwargs: Any) -> None:
    record("session.opened", user, actor=user)


def _signed_out(sender: Any, user: User | None, **_kwargs: Any) -> None:
    if user is not None:
        record("session.closed", user, actor=user)


def _factor_added(sender: Any, user: User, authenticator: Any, **_kw: Any) -> None:
    record("factor.added", user, actor=user, kind=str(authenticator.type))


def _factor_removed(sender: Any, user: User, authenticator: Any, **_kw: Any) -> None:
    record("factor.removed", user, actor=user, kind=str(authenticator.type))
