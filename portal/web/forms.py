"""Forms that refuse what the database cannot hold, before it is asked."""

import uuid
from contextvars import ContextVar
from typing import Any

from django import forms
from django.http import QueryDict

NUL_REFUSED = "That contains a character that cannot be stored."
CURSOR_LENGTH = 1024


query_refused: ContextVar[bool] = ContextVar("query_refused", default=False)
"""Whether a parameter of this request was refused: its page then answers 400."""


class QueryForm(forms.Form):
    """The parameters of a GET. Nothing is required, nothing unknown matters, and a
    bad value is an error message beside a page that still renders, with status 400.

    ``after`` is the paging cursor every list understands.
    """

    after = forms.CharField(
        required=False, max_length=CURSOR_LENGTH, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        self._refused = [
            name
            for name, values in data.lists()
            if any("\x00" in str(value) for value in values)
        ]
        if self._refused:
            data = data.copy()
            for name in self._refused:
                del data[name]
        super().__init__(data, **kwargs)
        for field in self.fields.values():
            field.required = False

    def clean(self) -> dict[str, Any]:
        for name in self._refused:
            if name in self.fields:
                self.add_error(name, NUL_REFUSED)
        return self.cleaned_data

    @property
    def valid_data(self) -> dict[str, Any]:
        """Every field's cleaned value; where it was refused, what an absent
        parameter would have given. Never raises."""
        errors = self.errors
        if errors:
            query_refused.set(True)
        return {
            name: field.clean(field.widget.value_from_datadict(QueryDict(), {}, name))
            if name in errors
            else self.cleaned_data.get(name)
            for name, field in self.fields.items()
        }

    @property
    def filters_applied(self) -> int:
        """How many visible parameters narrow the list."""
        hidden = {field.name for field in self.hidden_fields()}
        return sum(
            1
            for name, value in self.valid_data.items()
            if name not in hidden and value not in (None, "", [], False)
        )


class IdempotentForm(forms.Form):
    """A form that may arrive twice and still makes one thing.

    The page carries a random ``key``; the service stores it under a unique
    constraint and answers a repeat with the row that is already there.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
