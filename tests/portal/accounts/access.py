"""Who reaches the pages of django-allauth, and which of them need no sign-in.

Own-account pages ask for a fresh proof first; being sent there counts as let in.
"""

from typing import Any

from allauth.mfa.models import Authenticator

from tests.access import EVERYONE, Access
from tests.factories import make_user


def somebody_elses_key() -> dict[str, Any]:
    key = Authenticator.objects.create(
        user=make_user(), type=Authenticator.Type.WEBAUTHN, data={"name": "Key"}
    )
    return {"pk": key.pk}


PUBLIC = Access(public=True, post=EVERYONE)
OWN = Access(post=EVERYONE)
READ = Access()

ROUTES: dict[str, Access] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": Access(
        public=True, post=EVERYONE, kwargs=lambda: {"uidb36": "1", "key": "none"}
    ),
    "account_reset_password_from_key_done": PUBLIC,
    "account_confirm_login_code": PUBLIC,
    "account_confirm_email": Access(
        public=True, post=EVERYONE, kwargs=lambda: {"key": "none"}
    ),
    "account_reauthenticate": OWN,
    "account_email": OWN,
    "account_change_password": OWN,
    "account_set_password": OWN,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_index": READ,
    "mfa_reauthenticate": OWN,
    "mfa_activate_totp": OWN,
    "mfa_deactivate_totp": OWN,
    "mfa_view_recovery_codes": READ,
    "mfa_generate_recovery_codes": OWN,
    "mfa_download_recovery_codes": OWN,
    "mfa_list_webauthn": READ,
    "mfa_add_webauthn": OWN,
    "mfa_reauthenticate_webauthn": OWN,
    "mfa_remove_webauthn": Access(post=EVERYONE, kwargs=somebody_elses_key),
    "mfa_edit_webauthn": Access(post=EVERYONE, kwargs=somebody_elses_key),
    "usersessions_list": OWN,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    "socialaccount_signup": PUBLIC,
    "socialaccount_connections": OWN,
    "openid_connect_login": Access(
        public=True, post=EVERYONE, kwargs=lambda: {"provider_id": "sso"}
    ),
    "openid_connect_callback": Access(
        public=True, post=EVERYONE, kwargs=lambda: {"provider_id": "sso"}
    ),
    "account/social/login/cancelled/": OWN,
    "account/social/login/error/": OWN,
    "account/social/signup/": OWN,
    "account/social/connections/": OWN,
}
