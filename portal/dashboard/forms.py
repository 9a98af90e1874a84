"""The parameters of the search."""

from django import forms

from portal.web.forms import QueryForm
from portal.web.search import LONGEST


class SearchQuery(QueryForm):
    q = forms.CharField(
        label="Search for",
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
