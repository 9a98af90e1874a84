"""Errors that carry a sentence for the person who caused them."""

from django.core.exceptions import PermissionDenied


class DomainError(Exception):
    """A rule said no; ``str(error)`` is the explanation shown to the person (409)."""


class TransitionError(DomainError):
    """The row is no longer in a state that allows this verb (409)."""


class ForbiddenError(PermissionDenied):
    """The person may not do this; names the role that may (403).

    ``role`` is one of the global roles or ``"team lead"``; the 403 page says who
    grants it.
    """

    def __init__(self, message: str, *, role: str = "") -> None:
        super().__init__(message)
        self.role = role
