"""What people may do with duties."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from maintenance import jobs, permissions, plans
from maintenance.models import Occurrence, Series
from maintenance.models.series import columns
from portal.accounts.models import Team, User
from portal.audit import services as audit
from portal.exceptions import ForbiddenError, TransitionError


@transaction.atomic
def complete(
    occurrence: Occurrence,
    *,
    actor: User,
    note: str = "",
    evidence: str = "",
    version: int | None = None,
) -> Occurrence:
    """Record that a team has done a duty, now; it cannot be taken back.

    `version` is the one the person saw. Raises ForbiddenError for anybody but an
    engineer of the owner team, TransitionError when somebody was faster, the page is
    stale or the duty has not opened yet, DomainError when evidence is missing.
    """
    occurrence = (
        Occurrence.objects.select_for_update(of=("self",))
        .select_related("series", "team", "completed_by")
        .get(pk=occurrence.pk)
    )
    if not permissions.can_complete(actor, occurrence):
        raise ForbiddenError(
            f"Only engineers of {occurrence.team} may complete this duty.",
            role="engineer",
        )
    occurrence.check_open()
    if version is not None and version != occurrence.version:
        raise TransitionError("This duty has changed since you opened the page.")
    occurrence.complete(by=actor, at=timezone.now(), note=note, evidence=evidence)
    occurrence.save(
        update_fields=[
            "state",
            "completed_at",
            "completed_by",
            "note",
            "evidence",
            "version",
        ]
    )
    audit.record(
        "duty.completed",
        occurrence,
        actor=actor,
        due=occurrence.due_date,
        team=occurrence.team,
        with_evidence=bool(occurrence.evidence),
    )
    return occurrence


@transaction.atomic
def ensure_runbook_series(*, since: date | None = None) -> list[Series]:
    """Create those of the runbook's duties that do not exist; returns the new ones.

    Their first dates lie on or after `since` (by default today), and their rows are
    written up to the horizon. Raises Team.DoesNotExist unless the teams
    infrastructure, development, devops and security exist.
    """
    teams = {team.slug: team for team in Team.objects.all()}
    known = set(Series.objects.values_list("slug", flat=True))
    day = since or timezone.now().date()
    created = [
        _create(duty, teams, day) for duty in plans.RUNBOOK if duty.slug not in known
    ]
    jobs.top_up()
    for series in created:
        audit.record("series.created", series, actor=None, rule=series.rule_in_words)
    return created


def _create(duty: plans.Duty, teams: dict[str, Team], day: date) -> Series:
    if duty.team not in teams:
        message = f"The team {duty.team} does not exist yet."
        raise Team.DoesNotExist(message)
    team = teams[duty.team]
    return Series.objects.create(
        slug=duty.slug,
        title=duty.title,
        team=team,
        time_zone=team.time_zone,
        lead_days=duty.lead_days,
        grace_days=duty.grace_days,
        on_missed=duty.on_missed,
        evidence_required=duty.evidence_required,
        instructions=duty.instructions,
        checklist=list(duty.checklist),
        **columns(duty.rule_since(day)),
    )
