"""The buttons that scaling puts on pages of resources."""

from django.urls import reverse

from portal.catalog.actions import Action
from portal.catalog.models import Resource


def _resize(resource: Resource) -> str:
    if resource.kind != "droplet" or resource.facts.get("autoscale_pool"):
        return ""
    return f"{reverse('scaling:resize')}?resource={resource.pk}"


RESIZE = Action(
    "Request a resize",
    _resize,
    icon="scaling",
    order=10,
    permission="changes.request_change",
)
