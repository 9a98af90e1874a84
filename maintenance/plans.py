"""The runbook's own duties, as the portal starts out with them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from maintenance.recurrence import (
    DayOfMonth,
    LastDay,
    NthWeekday,
    Rule,
    Unit,
    Weekdays,
    first,
)

MONDAY, TUESDAY = 0, 1
JANUARY_31, MARCH_31 = date(2024, 1, 31), date(2024, 3, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A recurring duty: who owns it, how often it comes, how late it may be."""

    slug: str
    title: str
    team: str
    rule: Rule
    lead_days: int
    grace_days: int
    on_missed: Literal["carry", "supersede"] = "carry"
    evidence_required: bool = False
    instructions: str = ""
    checklist: tuple[str, ...] = ()

    def rule_since(self, day: date) -> Rule:
        """The duty's rule with its first date on or after that day."""
        return replace(self.rule, anchor=first(self.rule, day) or self.rule.anchor)


RUNBOOK = (
    Duty(
        slug="os-updates",
        title="OS updates",
        team="infrastructure",
        rule=Rule(Unit.MONTH, JANUARY_31, 1, LastDay()),
        lead_days=10,
        grace_days=5,
        instructions="Install the operating system's security updates on every "
        "droplet, one at a time behind the load balancer, and reboot where the "
        "kernel changed.",
        checklist=(
            "Take a snapshot of one droplet per role",
            "Update and reboot one droplet, watch it for ten minutes",
            "Update the rest, one at a time",
            "Check that no droplet waits for a reboot",
        ),
    ),
    Duty(
        slug="dependency-updates",
        title="Dependency updates",
        team="development",
        rule=Rule(Unit.WEEK, date(2024, 1, 1), 1, Weekdays((MONDAY,))),
        lead_days=3,
        grace_days=2,
        on_missed="supersede",
        instructions="Review and merge the week's dependency updates of every "
        "service; security fixes first.",
    ),
    Duty(
        slug="backup-tests",
        title="Backup tests",
        team="devops",
        rule=Rule(Unit.MONTH, MARCH_31, 3, LastDay()),
        lead_days=21,
        grace_days=14,
        evidence_required=True,
        instructions="Restore the latest backup of every managed database into a "
        "fresh cluster and prove that the data is complete and current. A backup "
        "that was never restored is not a backup.",
        checklist=(
            "Restore the latest backup into a fresh cluster",
            "Compare row counts and the newest record of the main tables",
            "Note how long the restore took",
            "Destroy the cluster",
        ),
    ),
    Duty(
        slug="security-audits",
        title="Security audits",
        team="security",
        rule=Rule(Unit.MONTH, MARCH_31, 6, LastDay()),
        lead_days=45,
        grace_days=30,
        evidence_required=True,
        instructions="Audit who may do what, which ports are open to the world and "
        "what the logs keep; file what was found and who will mend it by when.",
    ),
    Duty(
        slug="firewall-review",
        title="Firewall review",
        team="infrastructure",
        rule=Rule(Unit.MONTH, date(2024, 1, 9), 1, NthWeekday(2, TUESDAY)),
        lead_days=10,
        grace_days=5,
        instructions="Read every firewall rule; remove what nobody can explain.",
    ),
    Duty(
        slug="penetration-tests",
        title="Penetration tests",
        team="security",
        rule=Rule(Unit.MONTH, date(2024, 2, 15), 3, DayOfMonth(15)),
        lead_days=30,
        grace_days=14,
        evidence_required=True,
        instructions="Have the public surface tested and link the report.",
    ),
    Duty(
        slug="credential-rotation",
        title="Credential rotation",
        team="security",
        rule=Rule(Unit.MONTH, JANUARY_31, 3, LastDay()),
        lead_days=14,
        grace_days=7,
        instructions="Rotate every credential of the inventory whose age is over its "
        "limit, and see that the old one no longer works.",
    ),
)
