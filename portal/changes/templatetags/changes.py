"""How the state and the cost of a change look."""

from django import template

from portal.changes.models import ChangeRequest
from portal.web.templatetags.portal import status

register = template.Library()

NAMES = {
    "requested": "asked for this",
    "planning": "had it planned again",
    "pending": "planned it from live state",
    "plan_failed": "could not plan it",
    "approval_given": "approved the plan",
    "rejection_given": "rejected the plan",
    "approved": "found the approvals complete",
    "running": "started it",
    "verifying": "finished the steps",
    "succeeded": "confirmed the result",
    "compensating": "began to go back",
    "rolled_back": "went all the way back",
    "needs_attention": "put it in front of a person",
    "stale": "found it out of date",
}


@register.simple_tag
def change_state(change: ChangeRequest) -> str:
    """The state as a chip, with the same colour everywhere."""
    return status(change.get_state_display(), change.tone)


@register.filter
def name_only(label: str) -> str:
    """The name in an audit label ``Name <address>``."""
    return label.partition(" <")[0]


@register.filter
def told(action: str) -> str:
    """``change.approval_given`` in words that follow a name."""
    name = action.removeprefix("change.")
    return NAMES.get(name, f"moved it to “{name.replace('_', ' ')}”")
