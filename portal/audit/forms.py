"""The filters of the audit log."""

import datetime
from typing import Any

from django import forms

from portal.web.forms import QueryForm

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2200, 1, 1)
OUT_OF_RANGE = "The log has no such date."


class AuditFilter(QueryForm):
    """``actor`` and ``action`` are what a person types; the object is given exactly,
    as the links of the table do."""

    actor = forms.CharField(
        label="Who",
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "Name or e-mail"}),
    )
    action = forms.RegexField(
        r"^[a-z_.]*\Z",
        label="What",
        max_length=80,
        error_messages={"invalid": "Write it like incident.declared."},
        widget=forms.TextInput(attrs={"placeholder": "incident.declared"}),
    )
    type = forms.RegexField(
        r"^[a-z_.]*\Z", max_length=80, widget=forms.HiddenInput, label="Kind of object"
    )
    id = forms.CharField(max_length=80, widget=forms.HiddenInput, label="Object")
    since = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="To", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_since(self) -> datetime.date | None:
        return self._date("since")

    def clean_until(self) -> datetime.date | None:
        return self._date("until")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "This is before the first date.")
        return data

    def _date(self, name: str) -> datetime.date | None:
        value: datetime.date | None = self.cleaned_data[name]
        if value and not EARLIEST <= value < LATEST:
            raise forms.ValidationError(OUT_OF_RANGE)
        return value
