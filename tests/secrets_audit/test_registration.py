"""Noting that a credential exists."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portal.audit.models import AuditEvent
from portal.exceptions import DomainError, ForbiddenError, TransitionError
from secrets_audit import services
from secrets_audit.models import Credential, today
from tests.factories import make_team, make_user
from tests.incidents.factories import make_service
from tests.maintenance.corpus import BAD_TEXTS
from tests.secrets_audit.factories import form_of, make_credential, make_retired

pytestmark = pytest.mark.django_db
NEW = reverse("secrets:new")
HX = {"HX-Request": "true"}
TOKEN = "dop_v1_" + "0123456789abcdef" * 4


def test_an_engineer_registers_for_the_own_team(sign_in, engineer, team):
    shop = make_service("Shop", team=team)
    data = form_of(team, name="  User \n of the  shop ", services=[shop.pk])
    response = sign_in(engineer).post(NEW, data)
    credential = Credential.objects.get()
    assert response.status_code == 303
    assert response.headers["Location"] == credential.get_absolute_url()
    assert credential.name == "User of the shop"
    assert credential.team == team
    assert credential.due_on == today() + timedelta(days=90)
    assert list(credential.services.all()) == [shop]
    assert credential.created_by == engineer


def test_it_is_recorded(engineer, team):
    credential = make_credential(actor=engineer, team=team, public_id="shop_api")
    event = AuditEvent.objects.get(action="credential.registered")
    assert event.actor == engineer
    assert event.target_id == str(credential.pk)
    assert event.data["public_id"] == "shop_api"
    assert event.data["team"] == team.name


def test_nothing_is_recorded_when_it_comes_to_nothing(engineer, team):
    with pytest.raises(DomainError):
        make_credential(actor=engineer, team=team, notes=TOKEN)
    assert not Credential.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="credential").exists()


def test_htmx_is_sent_to_the_new_page_and_gets_a_refused_form_alone(
    sign_in, engineer, team
):
    client = sign_in(engineer)
    refused = client.post(NEW, form_of(team, name=""), headers=HX)
    assert refused.status_code == 422
    assert refused.content.strip().startswith(b'<form id="credential-form"')
    made = client.post(NEW, form_of(team), headers=HX)
    assert made.headers["HX-Redirect"] == Credential.objects.get().get_absolute_url()


def test_a_form_sent_twice_makes_one(sign_in, engineer, team):
    client, data = sign_in(engineer), form_of(team)
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Credential.objects.count() == 1
    assert AuditEvent.objects.filter(action="credential.registered").count() == 1


def test_a_key_that_somebody_else_used_makes_nothing(engineer, second_engineer, team):
    key = uuid.uuid4()
    make_credential(actor=engineer, team=team, key=key)
    with pytest.raises(TransitionError, match="already used"):
        make_credential(actor=second_engineer, team=team, key=key)


def test_a_name_that_is_taken_is_refused_until_it_is_retired(sign_in, engineer, team):
    first = make_credential(actor=engineer, team=team, name="Deploy", kind="ssh_key")
    client = sign_in(engineer)
    data = form_of(team, name="DEPLOY", kind="ssh_key")
    response = client.post(NEW, data)
    assert response.status_code == 422
    assert "in the inventory already" in response.content.decode()
    with pytest.raises(TransitionError, match="in the inventory already"):
        make_credential(actor=engineer, team=team, name="deploy", kind="ssh_key")
    services.retire(first, reason="Replaced.", actor=engineer)
    assert client.post(NEW, data).status_code == 303


@pytest.mark.parametrize("field", ["name", "public_id", "notes"])
def test_a_pasted_secret_is_refused_and_never_shown_again(
    sign_in, engineer, team, field, caplog
):
    data = form_of(team, **{field: f"here: {TOKEN}"})
    response = sign_in(engineer).post(NEW, data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "looks like a DigitalOcean token" in page
    assert "treat it as leaked" in page
    assert "Give it a name" not in page
    assert TOKEN not in page
    assert "0123456789abcdef" not in page
    assert not Credential.objects.exists()
    assert TOKEN not in caplog.text
    assert TOKEN not in str(list(AuditEvent.objects.values_list("data")))


def test_what_was_right_is_still_there_beside_a_refused_secret(sign_in, engineer, team):
    data = form_of(team, notes=TOKEN, name="User of the shop", kind="nonsense")
    page = sign_in(engineer).post(NEW, data).content.decode()
    assert "User of the shop" in page
    assert "looks like a DigitalOcean token" in page


@pytest.mark.parametrize("role", ["viewer", "approver", "auditor"])
def test_those_who_keep_none_are_refused(sign_in, team, role):
    client = sign_in(make_user(role, team=team))
    for response in (client.get(NEW), client.post(NEW, form_of(team))):
        assert response.status_code == 403
        assert "Engineer" in response.content.decode()
    assert not Credential.objects.exists()


def test_an_engineer_without_a_team_is_told_why_not(sign_in):
    response = sign_in(make_user("engineer")).get(NEW)
    assert response.status_code == 403
    assert "for their own teams" in response.content.decode()


def test_an_engineer_is_not_offered_other_teams(sign_in, engineer):
    other = make_team("Security")
    response = sign_in(engineer).post(NEW, form_of(other))
    assert response.status_code == 422
    assert "Choose one of your teams" in response.content.decode()
    with pytest.raises(ForbiddenError):
        make_credential(team=other, actor=engineer)


def test_a_lead_and_an_administrator_register_too(sign_in, lead, administrator, team):
    other = make_team("Security")
    client = sign_in(lead)
    assert client.post(NEW, form_of(team, name="One")).status_code == 303
    client = sign_in(administrator)
    for owner in (team, other):
        data = form_of(owner, name=f"Two of {owner}")
        assert client.post(NEW, data).status_code == 303


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": ""}, "Choose its kind"),
        ({"kind": "nonsense"}, "valid choice"),
        ({"name": ""}, "Give it a name"),
        ({"name": "x" * 121}, "at most 120"),
        ({"public_id": "x y " * 60}, "at most 200"),
        ({"notes": "x y " * 600}, "at most 2000"),
        ({"team": "x"}, "Choose one of your teams"),
        ({"services": ["999999999"]}, "Choose services from the list"),
        ({"rotated_on": "2026-02-30"}, "valid date"),
        ({"rotated_on": "1999-12-31"}, "from 2000 to today"),
        ({"rotated_on": "9999-12-31"}, "from 2000 to today"),
        ({"rotation_days": "0"}, "greater than or equal to 1"),
        ({"rotation_days": "1101"}, "less than or equal to 1100"),
        ({"rotation_days": "1e400"}, "whole number"),
        ({"key": "not a key"}, "valid UUID"),
    ],
)
def test_a_poor_answer_is_explained(sign_in, engineer, team, change, words):
    response = sign_in(engineer).post(NEW, form_of(team, **change))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Credential.objects.exists()


@pytest.mark.parametrize("value", BAD_TEXTS)
@pytest.mark.parametrize(
    "field", ["name", "public_id", "notes", "team", "services", "rotated_on", "key"]
)
def test_hostile_input_is_never_an_error_of_ours(sign_in, engineer, team, field, value):
    response = sign_in(engineer).post(NEW, form_of(team, **{field: value}))
    assert response.status_code in {303, 422}
    assert Credential.objects.count() == (response.status_code == 303)


def test_an_empty_form_is_refused_not_forgotten(sign_in, engineer):
    assert sign_in(engineer).post(NEW).status_code == 422


def test_more_fields_than_the_form_has_change_nothing(sign_in, engineer, team):
    more = {"retired_at": "2020-01-01", "created_by": "1", "due_on": "2099-01-01"}
    sign_in(engineer).post(NEW, form_of(team, **more))
    credential = Credential.objects.get()
    assert credential.is_live
    assert credential.created_by == engineer
    assert credential.due_on == today() + timedelta(days=90)


def test_the_database_keeps_its_own_rules(engineer, team):
    credential = make_credential(actor=engineer, team=team)
    rows = Credential.objects.filter(pk=credential.pk)
    for wrong in ({"rotation_days": 0}, {"retired_by": engineer}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    twin = make_retired(team=team, name=f"Old {credential.name}")
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.filter(pk=twin.pk).update(
            name=credential.name.upper(), retired_at=None, retired_by=None
        )


def test_other_methods_and_strangers(client, sign_in, engineer):
    assert client.get(NEW).status_code == 302
    assert client.post(NEW).headers["Location"].startswith("/account/login/")
    assert sign_in(engineer).put(NEW).status_code == 405
