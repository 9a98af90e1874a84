"""What every template keeps to, whoever wrote it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = settings.BASE_DIR / "templates"
STATIC = settings.BASE_DIR / "static"
PAGES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
STYLES = sorted((STATIC / "css").glob("*.css"))
HARD_LIMIT = 150
SCRIPT_LIMIT = 120
STYLE_LIMIT = 400
INLINE = {
    "a style attribute": re.compile(r"<[^>]+\sstyle="),
    "a style element": re.compile(r"<style"),
    "a script without src": re.compile(
        r"<script(?![^>]*\ssrc=)(?![^>]*application/json)"
    ),
    "an event attribute": re.compile(r"<[^>]+\s(on[a-z]+|hx-on[^=]*)="),
    "a trigger filter": re.compile(r'hx-trigger="[^"]*\['),
    "a javascript address": re.compile(r"javascript:"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_template_compiles_and_stays_readable(name: str) -> None:
    get_template(name)
    assert len((FOLDER / name).read_text().splitlines()) <= HARD_LIMIT


@pytest.mark.parametrize("name", PAGES)
def test_a_template_holds_nothing_the_content_policy_refuses(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert [what for what, rule in INLINE.items() if rule.search(text)] == []


@pytest.mark.parametrize("name", [n for n in PAGES if Path(n).name.startswith("_")])
def test_a_shared_fragment_says_what_it_needs(name: str) -> None:
    assert (FOLDER / name).read_text().startswith("{# Needs:")


def test_scripts_and_styles_stay_small() -> None:
    long = [
        path.name
        for paths, limit in ((SCRIPTS, SCRIPT_LIMIT), (STYLES, STYLE_LIMIT))
        for path in paths
        if len(path.read_text().splitlines()) > limit
    ]
    assert long == []
