"""The small pieces every page uses."""

import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone
from lucide import IconDoesNotExist

from portal.web.templatetags import portal as tags

NOW = datetime.datetime(2026, 3, 8, 7, 30, tzinfo=datetime.UTC)


def rendered(source, **context):
    return Template("{% load portal %}" + source).render(Context(context))


def test_an_icon_is_decoration_unless_it_has_a_name():
    assert 'aria-hidden="true"' in rendered("{% icon 'siren' %}")
    named = rendered("{% icon 'siren' 20 label='Critical' %}")
    assert 'aria-label="Critical"' in named
    assert "aria-hidden" not in named
    assert 'width="20"' in named


def test_an_icon_that_does_not_exist_is_a_programming_error():
    with pytest.raises(IconDoesNotExist):
        rendered("{% icon 'no-such-icon' %}")


@pytest.mark.parametrize("tone", list(tags.ICON_OF_TONE))
def test_every_tone_has_its_icon(tone):
    assert f"tone-{tone}" in rendered("{% status 'Open' tone %}", tone=tone)


def test_a_state_is_escaped_and_an_unknown_tone_is_neutral():
    text = rendered("{% status value 'x\"y' %}", value="<b>")
    assert "&lt;b&gt;" in text
    assert "tone-neutral" in text


def test_a_moment_is_shown_in_the_viewers_zone():
    with timezone.override(ZoneInfo("America/New_York")):
        assert "8 Mar 2026, 03:30 EDT" in rendered("{% when at %}", at=NOW)
        assert rendered("{% when at 'date' %}", at=NOW).endswith("8 Mar 2026</time>")
        assert "03:30 EDT" in rendered("{% when at 'time' %}", at=NOW)
        relative = rendered("{% when at 'relative' %}", at=NOW)
    assert 'datetime="2026-03-08T07:30:00+00:00"' in relative
    assert "data-relative" in relative


def test_no_moment_is_a_dash():
    assert "&ndash;" in rendered("{% when None %}")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-30, "just now"),
        (30, "in a moment"),
        (-180, "3 min ago"),
        (7500, "in 2 h 5 min"),
        (-86400, "1 day ago"),
        (-86400 * 12, "12 days ago"),
    ],
)
def test_how_far_from_now(seconds, words, monkeypatch):
    monkeypatch.setattr(tags.timezone, "now", lambda: NOW)
    assert tags.relative(NOW + datetime.timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (None, ""),
        (45, "45 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (datetime.timedelta(hours=2, minutes=5), "2 h 5 min"),
        (172800, "2 days"),
        (-5, "0 s"),
    ],
)
def test_lengths_of_time(length, words):
    assert tags.duration(length) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Example", "AE"), ("Bo", "B"), ("", "?"), ("Ana María de Prueba", "AP")],
)
def test_initials(name, letters):
    assert tags.initials(name) == letters


def test_people_and_teams_are_escaped():
    team = SimpleNamespace(name="<i>", letter="I", colour=2)
    assert "<i>" not in rendered("{% team t %}{% team t short=True %}", t=team)
    assert "<i>" not in rendered("{% person p %}", p="<i>")
    assert "Nobody" in rendered("{% person None %}")
    assert "No team" in rendered("{% team None %}")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36",
            "Chrome on Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/1 Safari/5 Edg/1", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("curl/8", "Browser"),
        ("", "Browser"),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(agent, name):
    assert tags.browser(agent) == name


@pytest.mark.parametrize(
    ("amount", "text"), [(24, "$24.00"), (1234.5, "$1,234.50"), (None, "")]
)
def test_dollars(amount, text):
    assert tags.usd(amount) == text
