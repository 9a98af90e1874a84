"""What a change would do, as plain values: the thing that is approved.

A plan is a JSON document. Its fingerprint is the SHA-256 of the canonical form, and
every decision is bound to it: what was approved is exactly what runs.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

SCHEMA = 1
EXECUTOR = 1
"""The version of the code that carries plans out; part of every fingerprint, so an
approval never outlives a change of what the steps mean."""

VERIFY = "verify"
"""The step that sends nothing and reads every postcondition back."""


@dataclass(frozen=True)
class Target:
    """One resource a plan touches, by immutable identity: ``do:droplet:386734086``."""

    urn: str
    label: str


@dataclass(frozen=True)
class Step:
    """One mutating call, or the final verification.

    ``op`` names an operation of the provider's registry; ``args`` are its JSON
    arguments. ``request`` is the call in full, for the reader who wants it. A step
    that ``may_fail`` does not end the execution when it does: a later one copes.
    """

    op: str
    args: dict[str, Any]
    title: str
    request: str = ""
    disruptive: bool = False
    may_fail: bool = False
    safe_point_after: bool = True
    point_of_no_return: bool = False


@dataclass(frozen=True)
class Fact:
    """One line of the comparison: a label, and its value before and after."""

    label: str
    before: str
    after: str

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Draft:
    """What a change kind proposes after reading live state.

    ``observed`` holds only the fields that matter for this kind: if one of them
    moves, the plan is stale. ``cost_delta`` is USD a month. ``downtime_seconds`` is
    an estimate. ``noop`` says that the target is already there.
    """

    title: str
    targets: Sequence[Target]
    steps: Sequence[Step]
    facts: Sequence[Fact]
    observed: dict[str, Any]
    postconditions: Sequence[str] = ()
    way_back: str = ""
    cost_delta: Decimal = Decimal(0)
    prices_as_of: str = ""
    downtime_seconds: int = 0
    reversible: bool = True
    risk: int = 0
    risk_reasons: Sequence[str] = ()
    warnings: Sequence[str] = ()
    noop: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


def document(draft: Draft, *, kind: str, params: dict[str, Any]) -> dict[str, Any]:
    """The plan as JSON: what is hashed, stored, shown and carried out.

    No floats, so that the canonical form has one spelling. Raises TypeError for a
    value that has none.
    """
    return {
        "schema": SCHEMA,
        "executor": EXECUTOR,
        "kind": kind,
        "params": params,
        "title": draft.title,
        "targets": [asdict(target) for target in draft.targets],
        "steps": [asdict(step) for step in draft.steps],
        "facts": [asdict(fact) for fact in draft.facts],
        "postconditions": list(draft.postconditions),
        "way_back": draft.way_back,
        "cost_delta": str(draft.cost_delta),
        "prices_as_of": draft.prices_as_of,
        "downtime_seconds": draft.downtime_seconds,
        "reversible": draft.reversible,
        "risk": draft.risk,
        "risk_reasons": list(draft.risk_reasons),
        "warnings": list(draft.warnings),
        "observed": draft.observed,
        "extra": draft.extra,
    }


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What changed between two plan documents, one sentence each."""
    found = [
        f"{label}: {old} before, {new} now."
        for label, old, new in _values(before, after)
        if old != new
    ]
    titles = [[step["title"] for step in plan["steps"]] for plan in (before, after)]
    if titles[0] != titles[1]:
        found.append(f"The steps are now: {'; '.join(titles[1])}.")
    return found


def _values(
    before: dict[str, Any], after: dict[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    facts = [
        {fact["label"]: f"{fact['before']} → {fact['after']}" for fact in plan["facts"]}
        for plan in (before, after)
    ]
    for label in sorted(facts[0].keys() | facts[1].keys()):
        yield label, facts[0].get(label, "–"), facts[1].get(label, "–")
    for key in sorted(before["observed"].keys() | after["observed"].keys()):
        label = f"Live {key.replace('_', ' ')}"
        yield label, before["observed"].get(key), after["observed"].get(key)
    for key, label in (("cost_delta", "Cost in USD a month"), ("risk", "Risk")):
        yield label, before[key], after[key]


def canonical(value: Any) -> str:
    """The one spelling of a JSON value: sorted keys, no blanks, no floats."""
    _refuse_floats(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def fingerprint(value: Any) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        message = "A plan holds no floats: they have more than one spelling."
        raise TypeError(message)
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
