from typing import Any

from django import forms

from portal.catalog.queries import Options
from portal.web.forms import QueryForm


class InventoryQuery(QueryForm):
    """How the inventory is narrowed; a value nobody has is an error and no filter."""

    q = forms.CharField(label="Name, number or address", max_length=100)
    kind = forms.ChoiceField(label="Kind")
    region = forms.ChoiceField(label="Region")
    tag = forms.ChoiceField(label="Tag")
    gone = forms.ChoiceField(
        label="Show", choices=[("", "In the account"), ("on", "Also what is gone")]
    )

    def __init__(self, data: Any, *, options: Options, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._offer("kind", "All kinds", options.kinds)
        self._offer("region", "All regions", options.regions)
        self._offer("tag", "All tags", options.tags)

    def _offer(self, name: str, everything: str, values: list[str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", everything), *((value, value) for value in values)]
