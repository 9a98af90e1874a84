"""Asking for another size, checked against the inventory before it is sent."""

from typing import Any

from django import forms

from portal.catalog.models import Resource, Size
from portal.web.forms import IdempotentForm, QueryForm
from scaling.plans import Shape, objection


class SizeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Sizes by what they are: the price is what people compare."""

    def label_from_instance(self, obj: Size) -> str:
        memory = obj.memory_mib / 1024
        return (
            f"{obj.slug} · {obj.vcpus} vCPU, {memory:g} GiB,"
            f" {obj.disk_gib} GiB disk · ${obj.monthly_usd:,.2f} a month"
        )


class DropletChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Resource) -> str:
        return f"{obj.name} · {obj.facts.get('size_slug', '?')} in {obj.region}"


def droplets() -> Any:
    """The droplets that can be chosen: those the last reading saw."""
    return Resource.objects.filter(kind="droplet", vanished_at=None).order_by("name")


class ResizeFields(forms.Form):
    """The choice itself; shared by the form and its preview."""

    resource = DropletChoice(
        label="Droplet",
        queryset=Resource.objects.none(),
        empty_label="Choose a droplet",
    )
    size = SizeChoice(
        label="New size",
        queryset=Size.objects.none(),
        to_field_name="slug",
        empty_label="Choose a size",
    )
    disk = forms.BooleanField(
        label="Grow the disk too",
        required=False,
        help_text="Permanent: a grown disk cannot shrink, so there is no way back.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "resource": droplets(),
            "size": Size.objects.filter(available=True),
        }
        for name, queryset in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
            field.queryset = queryset


class ResizeForm(IdempotentForm, ResizeFields):
    """A request to resize one droplet."""

    reason = forms.CharField(
        label="Reason",
        help_text="What should be better afterwards? The approver reads this.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("key", "resource", "size", "disk", "reason")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        resource, size = data.get("resource"), data.get("size")
        if resource and size:
            problem = problem_of(resource, size)
            if problem:
                self.add_error("size", problem)
        return data

    def params(self) -> dict[str, Any]:
        """The frozen parameters of ``droplet.resize``."""
        resource: Resource = self.cleaned_data["resource"]
        return {
            "droplet_id": int(resource.provider_id),
            "size": self.cleaned_data["size"].slug,
            "disk": bool(self.cleaned_data["disk"]),
        }


class PreviewForm(QueryForm, ResizeFields):
    """The same choice as query parameters, for the preview and for pre-filling."""


def shape_of(resource: Resource) -> Shape:
    """A droplet as the inventory last saw it."""
    facts = resource.facts
    return Shape(
        str(facts.get("size_slug", "")),
        int(facts.get("vcpus") or 0),
        int(facts.get("memory_mib") or 0),
        int(facts.get("disk_gib") or 0),
        resource.monthly_usd or 0,  # type: ignore[arg-type]
    )


def shape_of_size(size: Size) -> Shape:
    return Shape(
        size.slug, size.vcpus, size.memory_mib, size.disk_gib, size.monthly_usd
    )


def problem_of(resource: Resource, size: Size) -> str:
    """Why this resize cannot be asked for; empty when it can."""
    return objection(
        shape_of(resource),
        shape_of_size(size),
        region=resource.region,
        offered=size.available and resource.region in size.regions,
    )
