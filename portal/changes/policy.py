"""Who must agree: rules as data, evaluated the same way everywhere.

All matching rules apply; demands merge to the largest number per group, lifetimes to
the shortest, any denial wins, and a change that no rule matches cannot be approved.
A demand is met by persons, one slot each: one person never fills two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.changes.models import ChangeDecision, ChangeRequest, PolicyRule

SNAPSHOT = (
    "name",
    "version",
    "match",
    "require",
    "deny",
    "veto",
    "pending_hours",
    "approved_hours",
)


@dataclass(frozen=True)
class Facts:
    """What rules may match on."""

    kind: str
    risk: int
    reversible: bool


@dataclass(frozen=True)
class Terms:
    """What the matching rules demand together. ``demands`` is group → persons;
    hours are lifetimes of a pending request and of an unused approval."""

    rules: tuple[str, ...]
    demands: Mapping[str, int]
    denied: bool
    veto: bool
    pending_hours: int
    approved_hours: int

    @property
    def approvals(self) -> int:
        return sum(self.demands.values())

    def in_words(self) -> str:
        """ "1 approver", "2 approvers and 1 engineer"."""
        return " and ".join(
            f"{n} {group}{'s' if n > 1 else ''}"
            for group, n in sorted(self.demands.items())
        )


def current_rules() -> list[dict[str, Any]]:
    """The active rules as JSON, for matching and for the snapshot of a request."""
    return list(PolicyRule.objects.filter(active=True).values(*SNAPSHOT))


def matching(rules: Iterable[dict[str, Any]], facts: Facts) -> list[dict[str, Any]]:
    """The rules whose every condition holds."""
    return [rule for rule in rules if _matches(rule["match"], facts)]


def terms(rules: Iterable[dict[str, Any]], facts: Facts) -> Terms | None:
    """The merged demands of the matching rules; None when nothing matches, or when
    what matches demands nobody: both mean that it can never be approved."""
    matched = matching(rules, facts)
    demands: dict[str, int] = {}
    for rule in matched:
        for demand in rule["require"]:
            group, n = str(demand["group"]), int(demand["n"])
            demands[group] = max(demands.get(group, 0), n)
    demands = {group: n for group, n in demands.items() if n > 0}
    if not demands:
        return None
    return Terms(
        rules=tuple(str(rule["name"]) for rule in matched),
        demands=demands,
        denied=any(rule["deny"] for rule in matched),
        veto=any(rule["veto"] for rule in matched),
        pending_hours=min(int(rule["pending_hours"]) for rule in matched),
        approved_hours=min(int(rule["approved_hours"]) for rule in matched),
    )


def facts_of(request: ChangeRequest) -> Facts:
    """The facts of a request that has a plan."""
    plan = request.current_plan
    return Facts(
        kind=request.kind,
        risk=request.risk,
        reversible=plan is None or plan.reversible,
    )


def both_terms(request: ChangeRequest) -> list[Terms] | None:
    """The terms at submission and the terms today: both must be met, so tightening
    the policy binds open requests and loosening it does not. None: never."""
    facts = facts_of(request)
    found = [terms(request.policy_snapshot, facts), terms(current_rules(), facts)]
    if any(entry is None or entry.denied for entry in found):
        return None
    return [entry for entry in found if entry is not None]


def eligible(request: ChangeRequest, group: str) -> set[int]:
    """The persons who may fill a slot of ``group``: an active account in it, and
    neither the requester nor anybody who edited the request."""
    persons = set(
        User.objects.filter(is_active=True, groups__name=group).values_list(
            "person_id", flat=True
        )
    )
    excluded = set(request.excluded_persons.values_list("pk", flat=True))
    return persons - excluded - {request.requester_person_id}


def is_eligible(request: ChangeRequest, user: User) -> bool:
    """Whether this account's person may fill any slot that today's rules demand."""
    both = both_terms(request)
    if both is None or not user.is_active:
        return False
    groups = {group for entry in both for group in entry.demands}
    return any(
        user.has_role(group) and user.person_id in eligible(request, group)
        for group in groups
    )


def approving(request: ChangeRequest) -> set[int]:
    """The persons whose standing decision approves the current plan."""
    if request.current_plan is None:
        return set()
    return set(
        request.decisions.filter(
            voided_at=None,
            verdict=ChangeDecision.Verdict.APPROVE,
            plan_hash=request.current_plan.plan_hash,
        ).values_list("person_id", flat=True)
    )


def is_satisfied(request: ChangeRequest) -> bool:
    """Whether the standing approvals meet both the snapshot and today's policy."""
    both = both_terms(request)
    if both is None:
        return False
    persons = approving(request)
    return all(
        fills(entry.demands, {g: persons & eligible(request, g) for g in entry.demands})
        for entry in both
    )


def is_feasible(request: ChangeRequest, wanted: Terms) -> bool:
    """Whether enough other people exist to ever approve this."""
    return fills(wanted.demands, {g: eligible(request, g) for g in wanted.demands})


def fills(demands: Mapping[str, int], persons: Mapping[str, set[int]]) -> bool:
    """Whether every slot can be given its own person (maximum bipartite matching)."""
    slots = [group for group, n in demands.items() for _ in range(n)]
    holder: dict[int, int] = {}

    def place(slot: int, seen: set[int]) -> bool:
        for person in persons.get(slots[slot], set()) - seen:
            seen.add(person)
            if person not in holder or place(holder[person], seen):
                holder[person] = slot
                return True
        return False

    return all(place(slot, set()) for slot in range(len(slots)))


def _matches(match: Mapping[str, Any], facts: Facts) -> bool:
    kinds = match.get("kinds")
    if kinds is not None and facts.kind not in kinds:
        return False
    if facts.risk < int(match.get("min_risk", 0)):
        return False
    reversible = match.get("reversible")
    return reversible is None or bool(reversible) == facts.reversible
