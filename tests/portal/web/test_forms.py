"""Query parameters and idempotency keys, with everything a stranger may send."""

import uuid

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.accounts.models import Team
from portal.web.forms import IdempotentForm, QueryForm


class Filters(QueryForm):
    q = forms.CharField(max_length=20)
    page = forms.IntegerField(min_value=1)
    since = forms.DateField()
    kind = forms.ChoiceField(choices=[("", "Any"), ("task", "Task")])
    states = forms.MultipleChoiceField(choices=[("open", "Open"), ("done", "Done")])


class TeamFilters(QueryForm):
    team = forms.ModelChoiceField(Team.objects.all(), to_field_name="slug")


CORPUS = [
    "q=%00",
    "q=" + "x" * 5000,
    "q=%ff%fe",
    "q=%ED%A0%80",
    "page=" + "9" * 5000,
    "page=1e400",
    "page=-1",
    "page=NaN",
    "since=zzz",
    "since=0000-00-00",
    "since=9999-99-99",
    "since=0001-01-01",
    "kind=other",
    "kind=task&kind=other",
    "states=open&states=%00",
    "after=%00",
    "after=" + "a" * 2000,
    "unknown=%00&unknown[]=1",
    "&&&===",
    "%",
]


@pytest.mark.parametrize("query", CORPUS)
def test_no_parameter_breaks_a_page(query):
    data = Filters(QueryDict(query)).valid_data
    assert set(data) == {"after", "q", "page", "since", "kind", "states"}
    assert "\x00" not in str(data)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["q", "page", "since", "kind"]), st.text()))
def test_no_text_breaks_a_page(values):
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query[name] = value
    assert Filters(query).valid_data["page"] is None or values["page"]


def test_good_values_survive_bad_neighbours():
    form = Filters(QueryDict("q=db&page=zzz&states=open"))
    assert form.valid_data["q"] == "db"
    assert form.valid_data["page"] is None
    assert form.valid_data["states"] == ["open"]
    assert "page" in form.errors
    assert form.filters_applied == 2


def test_nothing_given_is_nothing_wrong():
    form = Filters(QueryDict(""))
    assert form.is_valid()
    assert form.valid_data["q"] == ""
    assert form.filters_applied == 0


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["%00", "a%00b", "9" * 400, "nobody"])
def test_a_choice_of_rows_is_never_asked_for_what_it_cannot_hold(value):
    form = TeamFilters(QueryDict(f"team={value}"))
    assert form.valid_data["team"] is None
    assert "team" in form.errors


def test_a_form_carries_a_key_that_is_new_each_time():
    first, second = IdempotentForm(), IdempotentForm()
    assert first["key"].value() != second["key"].value()


@pytest.mark.parametrize("key", ["", "x", "\x00", "9" * 5000])
def test_a_key_that_is_not_one_is_refused(key):
    assert not IdempotentForm({"key": key}).is_valid()
    assert IdempotentForm({"key": str(uuid.uuid4())}).is_valid()
