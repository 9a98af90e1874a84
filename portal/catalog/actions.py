"""What can be done about a resource; features register their buttons when ready."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.accounts.models import User
from portal.catalog.models import Resource


@dataclass(frozen=True)
class Action:
    """A button on the resource page. ``url`` gives where it leads, or "" when it
    makes no sense for that resource; ``permission`` hides it from those without."""

    label: str
    url: Callable[[Resource], str]
    icon: str = "arrow-right"
    order: int = 100
    permission: str | None = None


@dataclass(frozen=True)
class Button:
    """An action as one person sees it on one resource."""

    label: str
    url: str
    icon: str


_actions: dict[str, Action] = {}


def register(action: Action) -> None:
    """Add a button; the same ``label`` again replaces it."""
    _actions[action.label] = action


def of_resource(resource: Resource, user: User) -> list[Button]:
    """The buttons of this resource for this person; none once it is gone."""
    if resource.vanished_at is not None:
        return []
    buttons = [
        Button(action.label, action.url(resource), action.icon)
        for action in sorted(_actions.values(), key=lambda a: (a.order, a.label))
        if action.permission is None or user.can(action.permission)
    ]
    return [button for button in buttons if button.url]
