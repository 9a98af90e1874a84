"""Step-up: has this session proved a second factor a moment ago?

Our own check, because django-allauth counts an account with neither password nor
second factor as recently re-authenticated, and accepts a password alone. A deciding
click needs an enrolled factor and a proof of it at most 300 seconds old.
"""

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from portal.accounts.models import User

FRESH_SECONDS = 300
PROOFS = {Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value}


def has_factor(user: User) -> bool:
    """Whether the account has an authenticator app or a passkey enrolled."""
    return bool(Authenticator.objects.filter(user=user, type__in=PROOFS).exists())


def factor_age(request: HttpRequest) -> float | None:
    """Seconds since this session last proved a second factor; None if never."""
    # Without the account django-allauth answers with no records at all.
    records = get_authentication_records(request, request.user)
    proofs = [
        float(record.get("at", 0))
        for record in records
        if record.get("method") == "mfa" and record.get("type") in PROOFS
    ]
    return time.time() - max(proofs) if proofs else None


def has_fresh_factor(request: HttpRequest) -> bool:
    """Whether a factor that is still enrolled was proved at most 300 s ago."""
    age = factor_age(request)
    if age is None or not -5 <= age <= FRESH_SECONDS:
        return False
    return isinstance(request.user, User) and has_factor(request.user)
