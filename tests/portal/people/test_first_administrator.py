"""The first account comes from a command; after that administrators invite."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from tests.factories import make_user

pytestmark = pytest.mark.django_db
GOOD = "long and unlikely 42"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    def type_in(password: str) -> None:
        monkeypatch.setattr("getpass.getpass", lambda _prompt: password)

    return type_in


def test_the_first_administrator_can_sign_in_and_is_on_record(typed: Any) -> None:
    typed(GOOD)
    call_command("bootstrap_administrator", "root@test.example", "Root Person")
    user = User.objects.get()
    assert user.has_role("administrator")
    assert user.check_password(GOOD)
    assert AuditEvent.objects.get().action == "role.given"


def test_it_is_refused_once_there_is_one(typed: Any) -> None:
    make_user("administrator")
    typed(GOOD)
    with pytest.raises(CommandError, match="can invite others"):
        call_command("bootstrap_administrator", "root@test.example", "Root Person")


@pytest.mark.parametrize(
    ("email", "password"), [("root@test.example", "short"), ("not-an-address", GOOD)]
)
def test_what_will_not_do_is_explained(typed: Any, email: str, password: str) -> None:
    typed(password)
    with pytest.raises(CommandError):
        call_command("bootstrap_administrator", email, "Root Person")
    assert not User.objects.exists()
