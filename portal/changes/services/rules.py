"""The first approval rules, before there is anybody who could decide them."""

from typing import Any

from django.db import transaction

from portal.audit.services import record
from portal.changes.models import (
    PolicyRule,
)


@transaction.atomic
def adopt_first_policy() -> int:
    """Write the first approval rules, when there are none: one approver for every
    change, two for one that cannot be undone. Returns how many were written."""
    if PolicyRule.objects.select_for_update().exists():
        return 0
    rules = [
        PolicyRule(name="Every change", match={}, require=_approvers(1)),
        PolicyRule(
            name="Changes without a way back",
            match={"reversible": False},
            require=_approvers(2),
        ),
    ]
    for rule in rules:
        rule.save()
        record("policy.adopted", rule, actor=None, require=rule.require)
    return len(rules)


def _approvers(count: int) -> list[dict[str, Any]]:
    return [{"group": "approver", "n": count}]
