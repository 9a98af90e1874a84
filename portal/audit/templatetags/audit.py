"""How the facts of an audit event are written down for people."""

import datetime
import json
import re
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html

register = template.Library()

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00")
CHANGE = {"before", "after"}


@dataclass(frozen=True)
class Fact:
    """One fact of an event: a value, or a change from one value to another."""

    name: str
    value: str
    before: str = ""
    is_change: bool = False


@register.filter
def facts(data: Any) -> list[Fact]:
    """The facts of ``AuditEvent.data`` in a row, changes told apart from values."""
    return [_fact(name, value) for name, value in dict(data).items()]


@register.filter
def name_and_address(label: str) -> tuple[str, str]:
    """The two parts of "Ada Example <ada@…>"; the second is empty for the portal."""
    name, _, address = label.partition(" <")
    return name, address.removesuffix(">")


@register.simple_tag
def utc(moment: datetime.datetime) -> str:
    """A moment in UTC to the millisecond, as the log keeps it."""
    text = moment.astimezone(datetime.UTC).isoformat(sep=" ", timespec="milliseconds")
    return format_html(
        '<time datetime="{}">{} UTC</time>',
        moment.astimezone(datetime.UTC).isoformat(),
        text.removesuffix("+00:00"),
    )


def _fact(name: str, value: Any) -> Fact:
    words = name.replace("_", " ")
    if isinstance(value, dict) and set(value) == CHANGE:
        after, before = _text(value["after"]), _text(value["before"])
        return Fact(words, after, before=before, is_change=True)
    return Fact(words, _text(value))


def _text(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value) or "none"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _moment(str(value))


def _moment(text: str) -> str:
    if not MOMENT.fullmatch(text):
        return text
    return f"{text[:10]} {text[11:19]} UTC"
