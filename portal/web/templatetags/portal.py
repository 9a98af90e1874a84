"""Small pieces every page uses: icons, states, times, teams."""

import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from portal import money

register = template.Library()

ICON_OF_TONE = {
    "neutral": "circle",
    "info": "circle-dot",
    "ok": "circle-check",
    "warn": "clock-alert",
    "bad": "octagon-alert",
    "freeze": "snowflake",
}
# The first mark found decides: Edge also says Chrome, and Chrome also says Safari.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]
MINUTE, HOUR, DAY = 60, 3600, 86_400


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> str:
    """A Lucide icon; decoration unless ``label`` gives it a name of its own."""
    return _icon(str(name), int(size), str(label))


@lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> str:
    attributes: dict[str, Any] = {"class": "icon", "stroke_width": "1.75"}
    if label:
        attributes |= {"role": "img", "aria_label": label}
    else:
        attributes |= {"aria_hidden": "true", "focusable": "false"}
    return str(lucide(name, size=size, **attributes))


@register.simple_tag
def status(value: Any, tone: str = "neutral", icon: str = "") -> str:
    """A state as icon, word and tint; tones: neutral info ok warn bad freeze."""
    tone = tone if tone in ICON_OF_TONE else "neutral"
    return format_html(
        '<span class="status tone-{}">{}{}</span>',
        tone,
        SafeString(_icon(icon or ICON_OF_TONE[tone], 14, "")),
        value,
    )


@register.simple_tag
def team(team: Any, *, short: bool = False) -> str:
    """A team's badge: letter on its colour, and its name unless ``short``."""
    if team is None:
        return SafeString('<span class="muted">No team</span>')
    if short:
        return format_html(
            '<span class="team team-{}" title="{}">'
            '<span class="team-letter" aria-hidden="true">{}</span>'
            '<span class="visually-hidden">{}</span></span>',
            team.colour,
            team.name,
            team.letter,
            team.name,
        )
    return format_html(
        '<span class="team team-{}"><span class="team-letter" aria-hidden="true">{}'
        "</span>{}</span>",
        team.colour,
        team.letter,
        team.name,
    )


@register.simple_tag
def person(user: Any) -> str:
    """A person's initials and name; nobody is said in words."""
    if user is None:
        return SafeString('<span class="muted">Nobody</span>')
    return format_html(
        '<span class="person"><span class="avatar" aria-hidden="true">{}</span>'
        "<bdi>{}</bdi></span>",
        initials(user),
        user,
    )


@register.filter
def initials(name: Any) -> str:
    """Up to two letters of a name: "Ada Example" is AE."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    letters = [word[0] for word in (words[:1] + words[-1:] if words[1:] else words)]
    return "".join(letters).upper() or "?"


@register.simple_tag
def when(moment: datetime.datetime | None, style: str = "full") -> str:
    """A moment in the viewer's zone: ``full`` (absolute, then relative),
    ``absolute``, ``relative`` (absolute as its title), ``date`` or ``time``."""
    if moment is None:
        return SafeString('<span class="muted">&ndash;</span>')
    absolute = _absolute(moment, style)
    machine = moment.astimezone(datetime.UTC).isoformat(timespec="seconds")
    past = relative(moment)
    if style == "relative":
        return format_html(
            '<time datetime="{}" title="{}" data-relative>{}</time>',
            machine,
            absolute,
            past,
        )
    if style != "full":
        return format_html('<time datetime="{}">{}</time>', machine, absolute)
    return format_html(
        '<time class="when" datetime="{}">{} <span class="muted">{}</span></time>',
        machine,
        absolute,
        past,
    )


def _absolute(moment: datetime.datetime, style: str) -> str:
    local = timezone.localtime(moment)
    if style == "date":
        return f"{local.day} {local:%b %Y}"
    if style == "time":
        return f"{local:%H:%M %Z}"
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


@register.filter
def relative(moment: datetime.datetime | None) -> str:
    """How far from now: "just now", "3 min ago", "in 2 h 5 min", "12 days ago"."""
    if moment is None:
        return ""
    seconds = (moment - timezone.now()).total_seconds()
    if abs(seconds) < MINUTE:
        return "just now" if seconds <= 0 else "in a moment"
    if seconds > DAY:  # "in 3 days" for what is 71 hours and 59 minutes away
        seconds += DAY / 2
    words = duration(abs(seconds))
    return f"in {words}" if seconds > 0 else f"{words} ago"


@register.filter
def duration(length: datetime.timedelta | float | None) -> str:
    """A length of time in its two largest units: "45 s", "2 h 5 min", "3 days"."""
    if length is None:
        return ""
    if isinstance(length, datetime.timedelta):
        length = length.total_seconds()
    seconds = max(0, round(length))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return _two(seconds // HOUR, "h", seconds % HOUR // MINUTE, "min")
    days = seconds // DAY
    return f"{days} day" if days == 1 else f"{days} days"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    words = f"{large} {large_unit}"
    return f"{words} {small} {small_unit}" if small else words


@register.filter
def browser(user_agent: str) -> str:
    """A browser as its owner calls it: "Firefox on Linux"."""
    name = next((word for mark, word in BROWSERS if mark in user_agent), "Browser")
    system = next((word for mark, word in SYSTEMS if mark in user_agent), "")
    return f"{name} on {system}" if system else name


@register.filter
def usd(amount: Any) -> str:
    """An amount of US dollars; empty for none."""
    return "" if amount is None else money.usd(amount)


@register.filter
def signed_usd(amount: Any) -> str:
    """The same as a difference, with its sign."""
    return "" if amount is None else money.usd(amount, signed=True)
