"""What the page of notices sends."""

from django import forms

from portal.web.forms import QueryForm

LARGEST_ID = 2**63 - 1


class NoticesQuery(QueryForm):
    """Only the paging cursor."""


class ReadForm(forms.Form):
    up_to = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
