"""The shape and the wording of what people type about incidents."""

from typing import Any

from django import forms

from incidents.models import Severity
from incidents.queries import Tab, responders
from portal.accounts.models import Team
from portal.catalog.models import Service
from portal.web.forms import IdempotentForm, QueryForm

LONGEST_TEXT = 5000
LARGEST_ID = 2**53


class Title(forms.CharField):
    """One line: line breaks and repeated blanks become single blanks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class DeclareForm(IdempotentForm):
    """Title and severity; a team if one is known already."""

    title = Title(
        label="What is broken?",
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text="One line, as you would say it aloud.",
        error_messages={"required": "Say in one line what is broken."},
    )
    severity = forms.ChoiceField(
        label="How bad is it?",
        choices=Severity.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how bad it is.",
            "invalid_choice": "Choose one of the three severities.",
        },
    )
    team = forms.ModelChoiceField(
        label="Owning team",
        queryset=Team.objects.all(),
        required=False,
        empty_label="Not known yet",
        help_text="Its people are told; its working days count.",
        error_messages={"invalid_choice": "Choose a team from the list."},
    )
    service = forms.ModelChoiceField(
        label="Affected service",
        queryset=Service.objects.select_related("team"),
        required=False,
        empty_label="Not known yet",
        help_text="Its team owns it by default.",
        error_messages={"invalid_choice": "Choose a service from the list."},
    )


class PrefillForm(QueryForm):
    """What an address may fill in on the declaration page."""

    title = Title()
    severity = forms.ChoiceField(choices=Severity.choices)
    team = forms.ModelChoiceField(queryset=Team.objects.all())
    service = forms.ModelChoiceField(queryset=Service.objects.select_related("team"))


class ListForm(QueryForm):
    """Tab and filters of the list."""

    tab = forms.ChoiceField(choices=Tab.choices, widget=forms.HiddenInput)
    severity = forms.ChoiceField(
        label="Severity", choices=[("", "Any severity"), *Severity.choices]
    )
    q = forms.CharField(
        label="Title or number", max_length=100, widget=forms.SearchInput
    )


class NewsForm(QueryForm):
    """What a polling page has seen: the newest entry and the incident's version."""

    seen = forms.IntegerField(min_value=0, max_value=LARGEST_ID)
    version = forms.IntegerField(min_value=0, max_value=LARGEST_ID)


class UpdateForm(IdempotentForm):
    """One update for the timeline."""

    body = forms.CharField(
        label="Update",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what has changed or what you are trying."},
    )

    def __init__(
        self, *args: Any, draft: str, focus: bool = False, **kwargs: Any
    ) -> None:
        """``draft`` names the browser's own copy of an unfinished update; with
        ``focus`` the person goes on typing there."""
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs |= {"data-draft": draft, "autofocus": focus}


class ResolutionForm(forms.Form):
    """What made it work again."""

    resolution = forms.CharField(
        label="What fixed it?",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The next person with this problem reads it first.",
        error_messages={"required": "Say what fixed it, even if it fixed itself."},
    )


class ReopeningForm(forms.Form):
    """Why it is broken again."""

    reason = forms.CharField(
        label="What is broken again?",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what is broken again."},
    )


class LeadForm(forms.Form):
    """Who leads from here on."""

    lead = forms.ModelChoiceField(
        label="Lead",
        queryset=responders(),
        empty_label="Choose a person",
        error_messages={
            "required": "Choose who leads.",
            "invalid_choice": "Choose somebody who works on incidents.",
        },
    )
