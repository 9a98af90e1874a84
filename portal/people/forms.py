"""Shape and wording of what is asked about people and teams."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils import timezone

from portal.accounts.models import TIME_ZONES, Team, User
from portal.accounts.roles import MEANING, Role
from portal.people import queries
from portal.people.services.invitations import OFFERED
from portal.web.forms import QueryForm

ZONES = sorted(zone for zone in TIME_ZONES if "/" in zone or zone == "UTC")
ROLE_CHOICES = [
    (role.value, f"{role.capitalize()}: {MEANING[role]}") for role in OFFERED
]
LEVEL_CHOICES = [("member", "Member"), ("lead", "Lead"), ("none", "Not in the team")]


class ZoneSelect(forms.Select):
    """The time zones, in one template instead of one for each."""

    template_name = "people/_zones.html"


class PeopleFilter(QueryForm):
    q = forms.CharField(label="Name or e-mail", max_length=100)
    role = forms.ChoiceField(
        choices=[("", "Any role"), *((role.value, role.capitalize()) for role in Role)]
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), to_field_name="slug", empty_label="Any team"
    )
    state = forms.ChoiceField(
        label="Account",
        choices=[("", "All"), ("active", "Active"), ("deactivated", "Deactivated")],
    )


class InvitationForm(forms.Form):
    name = forms.CharField(max_length=120)
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="The person signs in with it. It cannot be changed later.",
    )
    roles = forms.MultipleChoiceField(
        choices=ROLE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text="Approver is not among them: two approvers decide who becomes one.",
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), required=False, empty_label="No team yet"
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            message = "This address already has an account."
            raise forms.ValidationError(message)
        waiting = queries.open_invitations().filter(
            email__iexact=email, expires_at__gt=timezone.now()
        )
        if waiting.exists():
            message = "This address has an open invitation. Withdraw it first."
            raise forms.ValidationError(message)
        return email


class AcceptanceForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=120)
    password1 = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        help_text="At least 12 characters. A few unrelated words make a good one.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password again",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> dict[str, Any]:
        first = self.cleaned_data.get("password1")
        if first and "password2" in self.cleaned_data:
            if first != self.cleaned_data["password2"]:
                self.add_error("password2", "The two passwords are not the same.")
            self._judge(first)
        return self.cleaned_data

    def _judge(self, password: str) -> None:
        user = User(email=self.email, name=self.cleaned_data.get("name", ""))
        try:
            password_validation.validate_password(password, user)
        except forms.ValidationError as error:
            self.add_error("password1", error)


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label="Global roles",
        choices=ROLE_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class MembershipForm(forms.Form):
    """A team and a level, on the page of one account."""

    team = forms.ModelChoiceField(Team.objects.all(), empty_label="Choose a team")
    level = forms.ChoiceField(label="As", choices=LEVEL_CHOICES)


class MemberForm(forms.Form):
    """An account and a level, on the page of one team. The empty form offers active
    accounts; a deactivated one can still be taken out of the team."""

    user = forms.ModelChoiceField(
        User.objects.order_by("name", "pk"),
        label="Person",
        empty_label="Choose a person",
    )
    level = forms.ChoiceField(label="As", choices=LEVEL_CHOICES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            people = User.objects.filter(is_active=True).order_by("name", "pk")
            self.fields["user"].queryset = people  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    name = forms.CharField(max_length=80)
    letter = forms.RegexField(
        r"^[A-Z][A-Za-z]?\Z",
        max_length=2,
        help_text="One capital letter, or two letters, for the badge.",
        error_messages={"invalid": "Enter a capital letter, or two letters."},
    )
    colour = forms.TypedChoiceField(
        coerce=int, choices=[(number, f"Colour {number}") for number in range(1, 9)]
    )
    time_zone = forms.ChoiceField(
        widget=ZoneSelect,
        choices=[(zone, zone.replace("_", " ")) for zone in ZONES],
        help_text="Working hours and duties of the team follow it.",
    )

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        self.initial.setdefault("time_zone", settings.PORTAL_TIME_ZONE)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        same = Team.objects.filter(name__iexact=name)
        if self.team:
            same = same.exclude(pk=self.team.pk)
        if same.exists():
            message = "There is a team with this name already."
            raise forms.ValidationError(message)
        return name


class DeactivationForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        help_text="Goes into the audit log, for example: left the company.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PreferencesForm(forms.Form):
    theme = forms.ChoiceField(choices=User.Theme.choices, widget=forms.RadioSelect)
    density = forms.ChoiceField(choices=User.Density.choices, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(
        required=False,
        widget=ZoneSelect,
        choices=[
            ("", f"The company's zone ({settings.PORTAL_TIME_ZONE})"),
            *((zone, zone.replace("_", " ")) for zone in ZONES),
        ],
        help_text="Every time in the portal is shown in this zone.",
    )
    shortcuts = forms.BooleanField(
        required=False,
        label="Keyboard shortcuts",
        help_text="Single keys such as c, / and j. Ctrl K works in any case.",
    )
