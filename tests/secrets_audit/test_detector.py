"""What looks like a secret is told from names, ids and prose."""

import base64
import random
import string

import pytest

from secrets_audit import detector

# Put together here, so that this file itself holds nothing of the shape of a secret.
DASHES = "-" * 5
SECRETS = {
    "a DigitalOcean token": [
        "dop_v1_" + "3f9a" * 16,
        "use doo_v1_" + "b71c" * 16 + " for it",
    ],
    "a private key": [
        f"{DASHES}BEGIN PRIVATE KEY{DASHES}\nMIIE",
        f"{DASHES}BEGIN OPENSSH PRIVATE KEY{DASHES}",
        f"{DASHES}BEGIN RSA PRIVATE KEY{DASHES}",
    ],
    "a signed token (JWT)": [
        "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl"
    ],
    "an address with a password in it": [
        "postgres://shop:hunter2@db.example:25060/shop",
        "redis" + "s://:x9@cache.example",
        "see https://user:pw@wiki.example/page",
    ],
    "an access key with its secret": [
        "DO00" + "ABCD" * 4 + " / " + "aB3" * 14,
        "AKIA" + "WXYZ" * 4 + ":" + "q7R" * 13,
    ],
    "a database password": ["AVNS_" + "Kp3xT9_abcDEF12"],
    "an API token": ["ghp_" + "a1B2" * 9, "xoxb-" + "123456789012-abc"],
    "a password": ["password: Tr0ub4dor", "API_KEY=abc12345", 'secret = "s3cr3tvalue"'],
    "a random secret": ["6f1d2a9c" * 2 + "b04e7d31" * 2],
}
HARMLESS = [
    "",
    "Spaces key of the media bucket",
    "DO00" + "ABCD" * 4,
    "AKIA" + "WXYZ" * 4,
    "SHA256:" + "nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
    "MD5:" + ":".join(["3b"] * 16),
    "9f1c7a52-3b0e-4d7e-8a64-5b2f0c9d1e7a",
    "production-database-primary-replica-frankfurt-01",
    "arn-like_but_words/only/with/many/slashes/in/it/for/a/path",
    "https://wiki.example/spaces/OPS/pages/123456789012345678901234567890/Rotation",
    "The password is in the vault, ask Tara. token: see the wiki",
    "password rotation is due; secret: unknown",
    "shop_api@db-postgresql-fra1-12345-do-user-1234567-0.b.db.ondigitalocean.com",
    "=" * 80,
    "a" * 500,
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich",
]


@pytest.mark.parametrize(
    ("looks_like", "text"),
    [(name, text) for name, texts in SECRETS.items() for text in texts],
)
def test_what_has_the_shape_of_a_secret_is_named(looks_like: str, text: str) -> None:
    assert detector.find(text) == looks_like
    assert detector.find(f"Before it.\n{text}\nAfter it.") == looks_like


@pytest.mark.parametrize("text", HARMLESS)
def test_names_public_ids_and_prose_pass(text: str) -> None:
    assert detector.find(text) == ""


@pytest.mark.parametrize(
    "make",
    [
        lambda dice: dice.randbytes(20).hex(),
        lambda dice: base64.b64encode(dice.randbytes(30)).decode(),
        lambda dice: base64.urlsafe_b64encode(dice.randbytes(32)).decode(),
        lambda dice: "".join(dice.choices(string.ascii_letters + string.digits, k=40)),
    ],
    ids=["hex", "base64", "base64url", "alphanumeric"],
)
def test_random_values_are_found_nearly_always(make) -> None:
    dice = random.Random(2026)
    found = sum(bool(detector.find(make(dice))) for _ in range(1000))
    assert found >= 990


def test_the_answer_never_repeats_the_text() -> None:
    for texts in SECRETS.values():
        for text in texts:
            assert text[:12] not in detector.find(text)


@pytest.mark.parametrize(
    "text",
    ["a:" * 5000, "x" * 200_000, "://" * 60_000, "password" * 20_000, "eyJ" * 60_000],
)
@pytest.mark.timeout(5)
def test_no_text_keeps_it_busy(text: str) -> None:
    detector.find(text)
