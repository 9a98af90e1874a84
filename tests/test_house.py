"""Rules of the house that no linter sees."""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import get_template

from portal.celery import app
from tests.routes import routes

ROOT = Path(__file__).parent.parent
PACKAGES = ("portal", "incidents", "maintenance", "scaling", "secrets_audit")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
MODULES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SCALARS = {int, str, bool, float, "int", "str", "bool", "float"}
REFUSALS = {"DomainError", "TransitionError", "ForbiddenError"}
STATEMENTS = {
    "an inline script": re.compile(
        r"<script(?![^>]*(\bsrc=|application/json))", re.IGNORECASE
    ),
    "an inline style": re.compile(r"<style\b|\sstyle=", re.IGNORECASE),
    "an inline handler": re.compile(r"\s(on[a-z]+|hx-on[:\w-]*)=", re.IGNORECASE),
    "a trigger filter": re.compile(r'hx-trigger="[^"]*\['),
    "a foreign address": re.compile(r'(src|href|action)="https?://', re.IGNORECASE),
    "hx-boost": re.compile(r"\shx-boost="),
}
LEFTOVERS = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")))


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_every_route_has_a_name_of_its_own() -> None:
    ours = [r for r in routes() if not r.view.__module__.startswith("django.")]
    assert [r.pattern for r in ours if r.name == r.pattern and "/" in r.name] == []
    counted = Counter(route.name for route in ours)
    assert [route for route, count in counted.items() if count > 1] == []


def test_every_address_ends_with_a_slash() -> None:
    probes = {"healthz", "readyz"}
    patterns = {route.pattern for route in routes()} - probes - {""}
    assert [p for p in patterns if not p.rstrip("$").endswith("/")] == []


def test_every_template_compiles() -> None:
    for path in TEMPLATES:
        get_template(str(path.relative_to(ROOT / "templates")))


def test_templates_are_short_and_includes_name_their_context() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        assert len(text.splitlines()) <= 150, path
        assert text.startswith("{#") or not path.name.startswith("_"), path


def test_templates_hold_nothing_the_browser_will_refuse() -> None:
    found = [
        f"{path.relative_to(ROOT)} holds {what}"
        for path in TEMPLATES
        for what, pattern in STATEMENTS.items()
        if pattern.search(path.read_text())
    ]
    assert found == []


def test_modules_and_scripts_are_short() -> None:
    long = [path for path in MODULES if lines(path) > 400]
    assert long + [path for path in SCRIPTS if lines(path) > 120] == []


def test_nothing_is_left_for_later() -> None:
    assert [p for p in [*MODULES, *TESTS] if LEFTOVERS.search(p.read_text())] == []


def test_every_task_has_a_dotted_name_and_takes_plain_values() -> None:
    app.loader.import_default_modules()
    app.autodiscover_tasks(force=True)
    ours = {key: t for key, t in app.tasks.items() if not key.startswith("celery.")}
    assert ours
    for key, task in ours.items():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", key), key
        for parameter in inspect.signature(task.run).parameters.values():
            assert parameter.annotation in SCALARS, f"{key}({parameter})"


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_what_a_refusal_says_is_a_sentence() -> None:
    said = [w for path in MODULES for w in sentences(ast.parse(path.read_text()))]
    assert len(said) > 10
    assert [words for words in said if not words.endswith((".", "?", "!"))] == []


def sentences(tree: ast.Module) -> Iterator[str]:
    """The last piece of text of every refusal raised with words written in place, or
    held in a variable of the same function."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        held = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Raise) and is_refusal(node.exc):
                words = node.exc.args[0]  # type: ignore[union-attr]
                if isinstance(words, ast.Name):
                    words = held.get(words.id, words)
                yield from ending(words)


def is_refusal(node: ast.expr | None) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in REFUSALS
        and bool(node.args)
    )


def ending(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        node = node.values[-1]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
