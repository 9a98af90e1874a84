"""Does a text hold a secret? Judged by shape alone, without asking anybody.

A guard against a moment's inattention, not against somebody who wants to get a value
in: what is made of words, or cut into short pieces, passes. Public halves pass on
purpose: access key ids, fingerprints with their prefix, UUIDs.
"""

import math
import re
from collections import Counter
from itertools import pairwise

SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")),
    ("a DigitalOcean token", re.compile(r"\bdo[a-z]_v1_[0-9A-Za-z]{8,}")),
    ("a database password", re.compile(r"\bAVNS_[\w-]{8,}")),
    ("a signed token (JWT)", re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*")),
    (
        "an access key with its secret",
        re.compile(r"\b(?:AKIA|ASIA|DO00)[A-Z0-9]{16}\W{1,20}[A-Za-z0-9/+=]{30,}"),
    ),
    (
        "an address with a password in it",
        re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s/@:]{0,200}:[^\s/@]{1,300}@"),
    ),
    (
        "an API token",
        re.compile(
            r"\b(?:gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|[rs]k_(?:live|test)_)"
            r"[\w-]{10,}"
        ),
    ),
    (
        "a password",
        re.compile(
            r"(?i:pass(?:word|wd|phrase)?|secret|token|api[_ -]?key)[\"']?\s{0,3}[:=]"
            r"\s{0,3}[\"']?(?=[^\s\"']{0,200}\d)(?=[^\s\"']{0,200}[A-Za-z])"
            r"(?!https?://)[^\s\"']{8,}"
        ),
    ),
)
PUBLIC = re.compile(
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"
    r"|\b(?:SHA256|SHA1|MD5):[A-Za-z0-9+/=:]{20,64}"
    r"|\bhttps?://[^\s?#]{1,500}",
    re.IGNORECASE,
)
RUN = re.compile(r"[A-Za-z0-9+/=_-]{32,}")
BITS_PER_CHARACTER = 3.0
CHANGES_PER_CHARACTER = 0.2


def find(text: str) -> str:
    """What a secret in the text looks like ("a private key"); empty for none.

    The answer never holds a part of the text.
    """
    for name, shape in SHAPES:
        if shape.search(text):
            return name
    runs = RUN.findall(PUBLIC.sub(" ", text))
    return "a random secret" if any(_is_random(run) for run in runs) else ""


def _is_random(run: str) -> bool:
    """Names repeat letters and keep to one sort of character for long; keys do not."""
    return (
        _entropy(run) >= BITS_PER_CHARACTER and _changes(run) >= CHANGES_PER_CHARACTER
    )


def _entropy(run: str) -> float:
    """Shannon's entropy of the characters, in bits."""
    shares = [count / len(run) for count in Counter(run).values()]
    return -sum(share * math.log2(share) for share in shares)


def _changes(run: str) -> float:
    """How often neighbours among letters and digits are of another sort."""
    sorts = [_sort(character) for character in run if character.isalnum()]
    if not sorts:
        return 0
    changes = sum(a != b for a, b in pairwise(sorts))
    return changes / len(sorts)


def _sort(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "upper" if character.isupper() else "lower"
