"""What a person may ask of the calendar, and what completing a duty takes."""

from datetime import date
from typing import Any

from django import forms

from maintenance.models import Occurrence
from portal.web.forms import QueryForm

STATES = [
    ("", "Every state"),
    ("open", "Open"),
    ("overdue", "Overdue"),
    ("done", "Done"),
    ("missed", "Missed"),
]


class CalendarForm(QueryForm):
    """The filters every calendar view shares."""

    team = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    state = forms.ChoiceField(choices=STATES, label="State")

    @property
    def filters(self) -> dict[str, str]:
        """The filters as the queries take them."""
        chosen = self.valid_data
        return {"team": chosen["team"] or "", "state": chosen["state"] or ""}


class AgendaForm(CalendarForm):
    """The filters, and the span of days: `from` and `to`, both included."""

    to = forms.DateField(label="To")

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        # `from` is a word of the language, so it cannot be a class attribute.
        start = forms.DateField(label="From", required=False)
        self.fields = {"from": start, **self.fields}
        for name in ("from", "to"):
            self.fields[name].widget = forms.DateInput(
                format="%Y-%m-%d", attrs={"type": "date"}
            )

    @property
    def span(self) -> list[forms.BoundField]:
        """The two fields a person fills in."""
        return [self["from"], self["to"]]

    @property
    def start(self) -> date | None:
        """The first day asked for."""
        start: date | None = self.valid_data["from"]
        return start

    @property
    def end(self) -> date | None:
        """The last day asked for."""
        end: date | None = self.valid_data["to"]
        return end


class CompletionForm(forms.Form):
    """One click when no evidence is wanted; otherwise what shows that it was done."""

    version = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput
    )
    evidence = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A link to the report, or what was found in a few sentences.",
    )
    note = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, duty: Occurrence, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": duty.version})
        super().__init__(*args, **kwargs)
        self.fields["evidence"].required = duty.series.evidence_required
        if not duty.series.evidence_required:
            self.fields["evidence"].widget = forms.HiddenInput()
