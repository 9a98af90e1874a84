"""Single sign-on is a matter of settings, opens existing accounts and makes none."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from portal.accounts.adapters import AccountAdapter, SocialAdapter

PROVIDER = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": "Company sign-in",
                "client_id": "portal",
                "secret": "not-a-real-secret",
                "settings": {"server_url": "https://sso.test.example"},
            }
        ],
    }
}


@pytest.mark.django_db
def test_the_sign_in_page_offers_the_configured_provider(
    client: Client, settings: Any
) -> None:
    assert "Company sign-in" not in client.get("/account/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = PROVIDER
    page = client.get("/account/login/").content.decode()
    assert "Company sign-in" in page
    assert "/account/oidc/sso/login/" in page


def test_three_variables_configure_it_and_the_policy_lets_the_form_leave() -> None:
    script = (
        "from portal import settings as s;"
        "app = s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'][0];"
        "print(app['client_id'], app['settings']['server_url'],"
        " s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={
            **os.environ,
            "OIDC_SERVER_URL": "https://sso.test.example",
            "OIDC_CLIENT_ID": "portal",
            "OIDC_CLIENT_SECRET": "not-a-real-secret",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[:2] == ["portal", "https://sso.test.example"]
    assert "https://sso.test.example" in done.stdout.split(maxsplit=2)[2]


def test_nobody_signs_up(rf: Any) -> None:
    request = rf.get("/")
    assert not AccountAdapter().is_open_for_signup(request)
    assert not SocialAdapter().is_open_for_signup(request, None)  # type: ignore[arg-type]
