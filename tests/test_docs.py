"""The documents say what is so: their links, commands, variables and tables."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import get_commands

from portal.demo.people import PEOPLE

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"^(?:\.?[\w-]+/)*[\w.-]+(?:/|\.(?:py|md|yml|yaml|toml|txt|html))$")
BIGGEST_IMAGE = 200 * 1024
READERS = {"text", "flag", "number", "words", "secret", "database"}
# Where the portal's processes read their environment.
READING = [
    ROOT / "portal" / "settings.py",
    *sorted((ROOT / "portal" / "embedded").rglob("*.py")),
    *sorted((ROOT / "portal" / "digitalocean").rglob("*.py")),
    *sorted((ROOT / "deploy").glob("*.py")),
]
# Not read through these functions, or only by docker-compose.yml.
ELSEWHERE = {
    "DJANGO_SETTINGS_MODULE",
    "NO_COLOR",
    "POSTGRES_PASSWORD",
    "PYTHONWARNINGS",
}
VARIABLE = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)


def spans(path: Path) -> set[str]:
    """What a document sets in code type, blocks left out."""
    text = re.sub(r"^\s*```.*?^\s*```", "", path.read_text(), flags=re.M | re.S)
    return set(SPAN.findall(text))


def variables_of(path: Path) -> Iterator[str]:
    """Names a module asks the environment for."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant) and _reads(ast.unparse(node.func)):
            yield str(first.value)


def _reads(function: str) -> bool:
    owner, _, name = function.rpartition(".")
    if owner == "env" and name in READERS:
        return True
    return function in {"_required", "provided", "os.environ.get", "found.get"}


def listed() -> set[str]:
    return set(VARIABLE.findall((ROOT / ".env.example").read_text()))


def read() -> set[str]:
    names = {name for path in READING for name in variables_of(path)}
    return {name for name in names if name.isupper()} - ELSEWHERE


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_link_leads_somewhere(path: Path) -> None:
    local = [link for link in LINK.findall(path.read_text()) if "://" not in link]
    missing = [x for x in local if not (path.parent / x.split("#")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_path_and_module_that_is_named_exists(path: Path) -> None:
    made = {"var", "deploy/", "portal.dump"}
    apps = {child.name for child in ROOT.iterdir() if child.is_dir()}
    missing = []
    for span in spans(path):
        top = span.split("/")[0]
        if PATH.match(span) and "/" in span and top in apps - made:
            missing += [] if (ROOT / span).exists() else [span]
        if re.fullmatch(r"portal(\.\w+)+", span):
            missing += [] if _is_importable(span) else [span]
    assert missing == []


def _is_importable(dotted: str) -> bool:
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for name in parts[end:]:
            found = getattr(found, name, None)  # type: ignore[assignment]
        return found is not None
    return False


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_command_that_is_named_exists(path: Path) -> None:
    text = path.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    made = set(re.findall(r"`make ([a-z-]+)", text))
    made |= set(re.findall(r"^make ([a-z-]+)  +#", text, re.M))
    assert made - targets == set()
    asked = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert asked - set(get_commands()) - {"commands"} == set()


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert pictures
    too_big = [p.name for p in pictures if p.stat().st_size > BIGGEST_IMAGE]
    assert too_big == []


def test_every_variable_that_is_read_is_in_the_example() -> None:
    assert len(read()) > 30
    assert read() - listed() == set()


def test_the_example_lists_nothing_that_nobody_reads() -> None:
    assert listed() - read() - ELSEWHERE == set()


def test_production_variables_are_real() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text()
    table = text.split("## Variables")[1].split("\n## ")[0]
    names = set(re.findall(r"`([A-Z][A-Z0-9_]{3,})(?:=[^`]*)?`", table))
    assert len(names) > 20
    without_file = {name.removesuffix("_FILE") for name in names} - {"UTC", "INFO"}
    assert without_file - listed() == set()


def test_compose_hands_on_what_the_example_promises() -> None:
    first = (ROOT / ".env.example").read_text().split("# Everything else")[0]
    compose = (ROOT / "docker-compose.yml").read_text()
    promised = set(VARIABLE.findall(first))
    assert {name for name in promised if f"${{{name}" not in compose} == set()


def test_the_readme_knows_the_demo_people() -> None:
    rows = re.findall(
        r"^\| `(\S+@demo\.example)` \| ([^|]+) \|",
        (ROOT / "README.md").read_text(),
        re.M,
    )
    assert sorted((mail, name.strip()) for mail, name in rows) == sorted(
        (person.email, person.name) for person in PEOPLE
    )


def test_the_readme_knows_every_app() -> None:
    tree = (ROOT / "README.md").read_text().split("## The tree")[1].split("\n## ")[0]
    folders = {
        str(path.parent.relative_to(ROOT))
        for path in (*ROOT.glob("*/apps.py"), *ROOT.glob("portal/*/apps.py"))
    }
    assert {folder for folder in folders if f"`{folder}/`" not in tree} == set()


def test_the_layers_are_those_of_the_contract() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = contract["tool"]["importlinter"]["contracts"][0]["layers"]
    text = (ROOT / "docs" / "architecture.md").read_text()
    assert text.split("```text\n")[1].split("```")[0].splitlines() == layers


def test_decisions_are_numbered_and_whole() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    for number, path in enumerate(DECISIONS, start=1):
        text = path.read_text()
        assert path.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number:04} ")
        parts = re.findall(r"^## (.+)$", text, re.M)
        assert parts == ["Context", "Decision", "Consequences"]
        assert f"({path.name})" in index
