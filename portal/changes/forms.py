"""The shapes of a decision and of the list's filters."""

from django import forms

from portal.changes.models import ChangeRequest
from portal.web.forms import QueryForm


class ListFilter(QueryForm):
    """``?tab=open&state=pending&q=web``"""

    TABS = [("open", "Open"), ("mine", "Mine"), ("all", "All")]

    tab = forms.ChoiceField(choices=TABS, widget=forms.HiddenInput, initial="open")
    q = forms.CharField(label="Title", max_length=100)
    state = forms.ChoiceField(
        label="State", choices=[("", "Any"), *ChangeRequest.State.choices]
    )


class DecisionForm(forms.Form):
    """A verdict on exactly the plan the page showed."""

    plan_hash = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    version = forms.IntegerField(
        min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )
    comment = forms.CharField(
        label="Comment",
        help_text="Needed when you reject: it tells the requester why.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RejectionForm(DecisionForm):
    """A rejection says why."""

    def clean_comment(self) -> str:
        comment = str(self.cleaned_data["comment"]).strip()
        if not comment:
            raise forms.ValidationError("Say why you reject it.")
        return comment


class ReasonForm(forms.Form):
    """Why an operator lets an execution go on."""

    reason = forms.CharField(label="Reason", max_length=400)
