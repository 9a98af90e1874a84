"""What can go wrong with a call to the provider, sorted by what the caller may do.

The text of an error is ours: a status, an operation and a request id at most. It
never holds a response body or a token, so that it may be stored and shown.
"""

from typing import ClassVar


class ProviderError(Exception):
    """Something between the portal and the provider went wrong.

    `http_status` is None when no answer was read; `request_id` is the provider's.
    """

    advice: ClassVar[str] = "The call to DigitalOcean failed."

    def __init__(
        self, message: str = "", *, http_status: int | None = None, request_id: str = ""
    ) -> None:
        super().__init__(message or self.advice)
        self.http_status = http_status
        self.request_id = request_id


class UnreachableError(ProviderError):
    """The request never left: name, connection or TLS. Sending again is safe."""

    advice = "DigitalOcean could not be reached; nothing was sent."


class UnavailableError(UnreachableError):
    """A read got no usable answer: 5xx, time-out, broken body. Read again later."""

    advice = "DigitalOcean gave no usable answer."


class ThrottledError(ProviderError):
    """429: refused for now, nothing applied. Wait `wait_seconds`, then try again."""

    advice = "DigitalOcean asks us to slow down."

    def __init__(
        self, message: str = "", *, wait_seconds: float, request_id: str = ""
    ) -> None:
        super().__init__(message, http_status=429, request_id=request_id)
        self.wait_seconds = wait_seconds


class RefusedError(ProviderError):
    """A definite no; nothing was applied and asking again gives the same answer.

    `auth` is True when the token itself was turned away (401, 403).
    """

    advice = "DigitalOcean refused the call."

    @property
    def auth(self) -> bool:
        return self.http_status in {401, 403}


class BusyError(ProviderError):
    """The resource is occupied by something else; nothing applied. Wait for it."""

    advice = "The resource is busy with another action."


class GoneError(ProviderError):
    """404: the resource is not there, or not visible to this token."""

    advice = "DigitalOcean does not know this resource."


class UnknownOutcomeError(ProviderError):
    """A change may or may not have been applied. Read before doing anything else."""

    advice = "It is unknown whether DigitalOcean applied the change."


class AlreadyError(UnknownOutcomeError):
    """The provider says it is so already; reading tells whose doing that is."""

    advice = "DigitalOcean says the resource is already in that state."
