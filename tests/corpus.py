"""What people, machines and attackers send where a word, a number or a date belongs."""

SHARPEST = ["a\x00b", "9" * 40, "0001-01-01", "x" * 10_000]
"""One of each kind: what text, numbers, dates and columns break on."""

SHARP = [
    *SHARPEST,
    "-1",
    "9" * 5000,
    "NaN",
    "9999-12-31T23:59",
    "\ud7ff\ufffe\u202e",
    "%(x)s %s {0.__class__} {{ 7 }}",
]
"""The values that have broken something somewhere; tried in every place."""

WIDE = [
    *SHARP,
    "\x00",
    "1e400",
    "2026-02-30",
    "' OR 1=1 --",
    "",
    " ",
    "0",
    "abc",
    "true",
    "null",
    "None",
    "undefined",
    "[]",
    "{}",
    "1.5",
    "+1",
    "1_000",
    "\u0661\u0662",
    "2147483648",
    "9223372036854775808",
    "-9223372036854775809",
    "Infinity",
    "0x1F",
    "10000-01-01",
    "2026-13-01",
    "31/12/2026",
    "2026-11-30T00:00:00Z",
    "2026-03-29T02:30",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd",
    "America",
    "a/b",
    "\\",
    "'",
    '"',
    "`",
    ";",
    "\r\nX-Injected: yes",
    "\t",
    "e\u0301" * 500,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u00e9\u00fc\u00df\u6f22\u5b57",
    "\u200b",
    "a," * 500,
    "(" * 500,
    "a" * 255 + "\u0130",
    "e30:invented:signature",
]
"""Everything tried on query parameters, where asking is cheap."""

RAW = ["%ED%A0%80", "%FF%FE", "%C0%AF", "%", "%zz", "%u0041", "+", "&&==&", "a%5B%5D"]
"""Bytes that are not text, and escapes that are not escapes."""

PATHS = [
    "0",
    "-1",
    "9" * 19,
    "9" * 40,
    "9" * 5000,
    "1e5",
    "x",
    "x" * 300,
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "%2e%2e%2f",
    "%F0%9F%92%A9",
    "'",
    "0000",
    "99",
]
"""Pieces of an address in place of a number or a name."""
