"""The shape and wording of the inventory's forms. No text passes that looks like a
secret, and none of it is shown again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from portal.accounts.models import Team
from portal.catalog.models import Service
from portal.web.forms import IdempotentForm, QueryForm
from secrets_audit import detector, queries
from secrets_audit.models import DEFAULT_ROTATION_DAYS, Credential, today

EARLIEST = date(2000, 1, 1)


class Line(forms.CharField):
    """One line: line breaks and repeated blanks become single blanks."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class NoSecretsForm(forms.Form):
    """Refuses what looks like a secret in any text, and forgets it at once: the page
    is shown again without it, whatever else is wrong."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        self._refused: dict[str, str] = {}
        if data is not None:
            data = data.copy()
            for name, field in self.base_fields.items():
                looks_like = _secret_in(data, name, field)
                if looks_like:
                    self._refused[name] = looks_like
                    data[name] = ""
        super().__init__(data, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, looks_like in self._refused.items():
            self.errors.pop(name, None)
            self.add_error(
                name,
                f"This looks like {looks_like}. It was not kept: the portal never"
                " stores values. If it is real, treat it as leaked and replace it.",
            )
        return cleaned


def _secret_in(data: Any, name: str, field: forms.Field) -> str:
    if not isinstance(field, forms.CharField):
        return ""
    found = (detector.find(str(value)) for value in data.getlist(name))
    return next((looks_like for looks_like in found if looks_like), "")


class RegisterForm(NoSecretsForm, IdempotentForm):
    """Everything about a credential except its value."""

    kind = forms.ChoiceField(
        choices=[("", "Choose a kind"), *Credential.Kind.choices],
        error_messages={"required": "Choose its kind."},
    )
    name = Line(
        error_messages={"required": "Give it a name."},
        max_length=120,
        help_text="As people call it: “Spaces key of the media bucket”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    public_id = Line(
        label="Public id",
        max_length=200,
        required=False,
        help_text="What may be known to all: an access key id, the name of a"
        " database user, a fingerprint such as SHA256:… Never the value.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    team = forms.ModelChoiceField(
        label="Owner team",
        queryset=Team.objects.none(),
        empty_label="Choose a team",
        help_text="It has to rotate it in time.",
        error_messages={
            "required": "Choose whose it is.",
            "invalid_choice": "Choose one of your teams.",
        },
    )
    services = forms.ModelMultipleChoiceField(
        label="Used by",
        queryset=Service.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "Choose services from the list.",
            "invalid_pk_value": "Choose services from the list.",
        },
    )
    rotated_on = forms.DateField(
        label="Made or last rotated on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="The day its present value was made.",
        error_messages={"required": "Say how old it is; a good guess will do."},
    )
    rotation_days = forms.IntegerField(
        label="Rotate every",
        min_value=1,
        max_value=1100,
        initial=DEFAULT_ROTATION_DAYS,
        help_text="In days. The runbook asks for every quarter.",
    )
    notes = forms.CharField(
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Where it is used and how it is rotated. Never the value.",
    )

    def __init__(
        self, data: Any = None, *, teams: QuerySet[Team], **kwargs: Any
    ) -> None:
        """``teams`` are those whose credentials the person may keep."""
        super().__init__(data, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = teams

    def clean_rotated_on(self) -> date:
        day: date = self.cleaned_data["rotated_on"]
        if not EARLIEST <= day <= today():
            message = "Choose a day from 2000 to today."
            raise forms.ValidationError(message)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, name = cleaned.get("kind"), cleaned.get("name")
        key = cleaned.get("key")
        if kind and name and key and queries.is_taken(kind, name, but_not=key):
            message = "A credential of this kind and name is in the inventory already."
            self.add_error("name", message)
        return cleaned


class RetirementForm(NoSecretsForm):
    """Why a credential exists no more."""

    reason = Line(
        label="Why is it retired?",
        max_length=300,
        help_text="For example: deleted with its bucket, replaced by another one.",
        error_messages={"required": "Say why it is retired."},
    )


class ListForm(QueryForm):
    """Filters of the list."""

    q = forms.CharField(
        label="Name or public id", max_length=100, widget=forms.SearchInput
    )
    kind = forms.ChoiceField(choices=[("", "Any kind"), *Credential.Kind.choices])
    team = forms.ChoiceField()
    show = forms.ChoiceField(choices=[("", "In use"), *queries.Show.choices[1:]])

    def __init__(self, data: Any, *, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            ("", "Any team"),
            (queries.OWN_TEAMS, "My teams"),
            *((team.slug, team.name) for team in teams),
        ]
