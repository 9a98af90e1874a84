import pytest
from django.urls import reverse

from tests.incidents.factories import make_incident

pytestmark = pytest.mark.django_db
CORPUS = [
    "%00",
    "a%00b",
    "abc",
    "1e400",
    "-1",
    "9" * 5000,
    "%ff%fe",
    "%ED%A0%80",
    "NaN",
    "[]",
    "zzz",
    "%E2%80%AE",
    "%F0%9F%94%A5",
    "0x10",
    "1;2",
    "'%20OR%201=1--",
    "../../etc/passwd",
    "%0d%0aSet-Cookie:%20a=b",
    "x" * 3000,
    "",
]
PARAMETERS = {
    "incidents:list": ["tab", "severity", "q", "after", "nonsense"],
    "incidents:new": ["title", "severity", "team", "after"],
    "incidents:detail": ["after", "seen"],
    "incidents:timeline": ["seen", "version", "after"],
}


@pytest.mark.parametrize("value", CORPUS)
@pytest.mark.parametrize("htmx", [False, True])
def test_no_query_string_breaks_a_page(sign_in, engineer, value, htmx):
    client = sign_in(engineer)
    headers = {"HX-Request": "true"} if htmx else {}
    incident = make_incident(engineer)
    for route, names in PARAMETERS.items():
        args = [] if route in {"incidents:list", "incidents:new"} else [incident.pk]
        for name in names:
            url = f"{reverse(route, args=args)}?{name}={value}&{name}={value}"
            response = client.get(url, headers=headers)
            assert response.status_code < 500, url
