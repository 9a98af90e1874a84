"""AES-256-GCM boxes for the portal's own small secrets (second-factor seeds, keys).

The keyring comes from the environment as ``k2:BASE64,k1:BASE64``: the first key
seals, any of them opens, so a key can be rotated. The additional data binds a box to
its purpose: a box moved elsewhere does not open.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


def seal(text: str, *, purpose: str) -> str:
    """``keyid:base64(nonce + ciphertext)`` that only this purpose can open."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    box = AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())
    return f"{key_id}:{base64.b64encode(nonce + box).decode()}"


def open_box(sealed: str, *, purpose: str) -> str:
    """The text of a box; raises ValueError when it is not ours or was altered."""
    key_id, _, encoded = sealed.partition(":")
    key = _keys().get(key_id)
    if key is None:
        message = "The box names a key that is not in the keyring."
        raise ValueError(message)
    try:
        raw = base64.b64decode(encoded, validate=True)
        plain = AESGCM(key).decrypt(
            raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()
        )
    except (InvalidTag, binascii.Error) as error:
        message = "The box does not open: altered, or made for another purpose."
        raise ValueError(message) from error
    return plain.decode()


def _keys() -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for item in settings.PORTAL_KEYRING:
        key_id, _, encoded = item.partition(":")
        try:
            keys[key_id] = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            message = "PORTAL_KEYRING must be a list of id:base64 keys."
            raise ImproperlyConfigured(message) from error
    if not keys or any(len(key) != 32 for key in keys.values()):
        message = "PORTAL_KEYRING needs at least one 32-byte key."
        raise ImproperlyConfigured(message)
    return keys
