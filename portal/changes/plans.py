"""What a change would do, as plain values: the thing that is approved.

A plan is a JSON document. Its fingerprint is the SHA-256 of the canonical form, and
every decision is bound to it: what was approved is exactly what runs.
"""

import hashlib
import json
from collections.abc import Sequence
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
