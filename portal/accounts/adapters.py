"""What we ask django-allauth to do differently."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from portal import keyring


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: accounts come from invitations."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        """Whoever has a second factor confirms with it: a password alone would not
        count for a decision, so it is not offered."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors or methods


class SocialAdapter(DefaultSocialAccountAdapter):
    """Single sign-on opens existing accounts; it makes none."""

    def is_open_for_signup(
        self, request: HttpRequest, sociallogin: SocialLogin
    ) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Second-factor seeds and recovery codes are sealed at rest."""

    def encrypt(self, text: str) -> str:
        return keyring.seal(text, purpose="second-factor")

    def decrypt(self, encrypted_text: str) -> str:
        return keyring.open_box(encrypted_text, purpose="second-factor")
