"""A credential that exists no more stays on record."""

import pytest
from django.urls import reverse

from portal.audit.models import AuditEvent
from portal.exceptions import DomainError, ForbiddenError, TransitionError
from secrets_audit import services
from secrets_audit.models import Credential
from tests.factories import make_team, make_user
from tests.maintenance.corpus import BAD_TEXTS
from tests.secrets_audit.factories import make_credential, make_retired

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def address(credential: Credential) -> str:
    return reverse("secrets:retirement", args=[credential.pk])


def test_the_owner_team_retires_it_with_a_reason(sign_in, engineer, team):
    credential = make_credential(team=team)
    client = sign_in(engineer)
    assert client.get(address(credential)).status_code == 200
    response = client.post(address(credential), {"reason": "Bucket deleted."})
    assert response.status_code == 303
    credential.refresh_from_db()
    assert not credential.is_live
    assert credential.retired_by == engineer
    event = AuditEvent.objects.get(action="credential.retired")
    assert event.data["reason"] == "Bucket deleted."
    page = client.get(credential.get_absolute_url()).content.decode()
    assert "Bucket deleted." in page
    assert "Retire</a>" not in page


def test_htmx_gets_a_refused_form_alone(sign_in, engineer, team):
    url = address(make_credential(team=team))
    client = sign_in(engineer)
    refused = client.post(url, {"reason": " "}, headers=HX)
    assert refused.status_code == 422
    assert b"<html" not in refused.content
    done = client.post(url, {"reason": "Gone."}, headers=HX)
    assert "HX-Redirect" in done.headers


@pytest.mark.parametrize("role", ["viewer", "approver", "auditor"])
def test_nobody_else_may(sign_in, team, role):
    credential = make_credential(team=team)
    client = sign_in(make_user(role, team=team))
    for response in (
        client.get(address(credential)),
        client.post(address(credential), {"reason": "No."}),
    ):
        assert response.status_code == 403
        assert "Engineer" in response.content.decode()
    credential.refresh_from_db()
    assert credential.is_live


def test_engineers_of_other_teams_may_not(sign_in, engineer):
    credential = make_credential(team=make_team("Security"))
    response = sign_in(engineer).post(address(credential), {"reason": "No."})
    assert response.status_code == 403
    with pytest.raises(ForbiddenError):
        services.retire(credential, reason="No.", actor=engineer)


def test_an_administrator_may(administrator):
    credential = make_credential()
    services.retire(credential, reason="Team is gone.", actor=administrator)
    assert not Credential.objects.get().is_live


def test_the_second_click_is_told_what_happened(sign_in, engineer, team):
    credential = make_retired(team=team)
    client = sign_in(engineer)
    for response in (
        client.get(address(credential)),
        client.post(address(credential), {"reason": "Again."}),
        client.post(address(credential), {"reason": ""}),
    ):
        assert response.status_code == 409
        assert "already retired" in response.content.decode()


def test_a_stale_copy_cannot_retire_twice(engineer, team):
    credential = make_credential(team=team)
    stale = Credential.objects.get(pk=credential.pk)
    services.retire(credential, reason="Gone.", actor=engineer)
    with pytest.raises(TransitionError):
        services.retire(stale, reason="Gone.", actor=engineer)
    assert AuditEvent.objects.filter(action="credential.retired").count() == 1


def test_a_secret_is_refused_as_reason_too(sign_in, engineer, team):
    credential = make_credential(team=team)
    value = "password: Tr0ub4dor-and-3"
    response = sign_in(engineer).post(address(credential), {"reason": value})
    assert response.status_code == 422
    assert "Tr0ub4dor" not in response.content.decode()
    with pytest.raises(DomainError, match="looks like a password"):
        services.retire(credential, reason=value, actor=engineer)


@pytest.mark.parametrize("value", BAD_TEXTS)
def test_hostile_reasons_are_never_an_error_of_ours(sign_in, engineer, team, value):
    url = address(make_credential(team=team))
    response = sign_in(engineer).post(url, {"reason": value})
    assert response.status_code in {303, 422}


def test_what_is_not_there_is_not_found(sign_in, engineer, client):
    client = sign_in(engineer)
    for pk in ("0", "999999", "9" * 30):
        for path in (f"/secrets/{pk}/", f"/secrets/{pk}/retirement/"):
            assert client.get(path).status_code == 404
    assert client.post("/secrets/999999/retirement/").status_code == 404


def test_other_methods_and_strangers(client, sign_in, engineer, team):
    url = address(make_credential(team=team))
    assert client.post(url).headers["Location"].startswith("/account/login/")
    assert sign_in(engineer).delete(url).status_code == 405
