"""What the sweep does for incidents: write down the promises that were broken."""

from django.db import transaction

from incidents.models import Breach, Clock, TimelineEntry
from incidents.models.clocks import State
from incidents.models.timeline import Kind
from portal.audit import services as audit

BATCH = 100


@transaction.atomic
def mark_breaches() -> int:
    """Record every response clock that ran out, a batch at a time.

    Takes the incident's row with the clock's and skips what somebody holds: whoever
    is answering right now judges that clock themselves.
    """
    overdue = (
        Clock.objects.overdue()
        .select_related("incident")
        .select_for_update(of=("self", "incident"), skip_locked=True, no_key=True)
        .order_by("deadline")[:BATCH]
    )
    clocks = list(overdue)
    if clocks:
        record_breaches(clocks, detector="sweep")
    return len(clocks)


def record_breaches(clocks: list[Clock], *, detector: str) -> None:
    """Mark locked clocks breached, in the ledger, the timeline and the audit log."""
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(
        state=State.BREACHED
    )
    Breach.objects.bulk_create(Breach.of(clock, detector=detector) for clock in clocks)
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            incident=clock.incident,
            kind=Kind.BREACHED,
            at=clock.deadline,
            data={"clock": clock.pk},
        )
        for clock in clocks
    )
    for clock in clocks:
        clock.state = State.BREACHED
        audit.record(
            "incident.breached",
            clock.incident,
            actor=None,
            clock=clock.pk,
            cycle=clock.cycle,
            deadline=clock.deadline,
            detector=detector,
        )
