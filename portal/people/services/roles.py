"""Global roles: given and taken by administrators, except the approver's."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.services import record
from portal.changes import services as changes
from portal.exceptions import DomainError
from portal.people import permissions, queries
from portal.people.services.invitations import OFFERED

ENOUGH_APPROVERS = 2


def lock_administrators() -> None:
    """Let only one transaction at a time take away an administrator."""
    Group.objects.select_for_update().get(name=Role.ADMINISTRATOR)


def require_another_administrator(user: User) -> None:
    """Raises DomainError when ``user`` is the last active administrator."""
    if not queries.active_holders(Role.ADMINISTRATOR).exclude(pk=user.pk).exists():
        message = "The portal needs at least one active administrator."
        raise DomainError(message)


@transaction.atomic
def give_roles(user: User, *, roles: Collection[str], actor: User) -> User:
    """Make the account's roles exactly ``roles``; whether it is an approver stays as
    it is, because two approvers decide that.

    Raises ForbiddenError, or DomainError when administrators would remove themselves
    or none would be left. Takes effect with the person's next request.
    """
    lock_administrators()
    user = User.objects.select_for_update().get(pk=user.pk)
    permissions.require_keeper(actor)
    wanted = set(roles) & set(OFFERED)
    held = user.roles & set(OFFERED)
    if Role.ADMINISTRATOR in held - wanted:
        if user.pk == actor.pk:
            message = "You cannot take the administrator role from yourself."
            raise DomainError(message)
        require_another_administrator(user)
    user.groups.add(*Group.objects.filter(name__in=wanted - held))
    user.groups.remove(*Group.objects.filter(name__in=held - wanted))
    user.forget_rights()
    for role in sorted(wanted - held):
        record("role.given", user, actor=actor, role=role)
    for role in sorted(held - wanted):
        record("role.taken", user, actor=actor, role=role)
    return user


@transaction.atomic
def appoint_first_approvers(emails: Collection[str]) -> list[User]:
    """Give the approver role to named active accounts, before there are approvers
    who could decide it, and write the first approval rules when there are none.

    Raises DomainError once two persons are active approvers, and for an address
    without an active account; then nobody is appointed.
    """
    group = Group.objects.select_for_update().get(name=Role.APPROVER)
    persons = queries.active_holders(Role.APPROVER).values("person").distinct()
    if persons.count() >= ENOUGH_APPROVERS:
        message = (
            "There are two active approvers already; from now on approvers decide"
            " who becomes one."
        )
        raise DomainError(message)
    users = [_active_account(email) for email in dict.fromkeys(emails)]
    for user in users:
        if not user.has_role(Role.APPROVER):
            user.groups.add(group)
            user.forget_rights()
            record("role.given", user, actor=None, role=Role.APPROVER.value)
    changes.adopt_first_policy()
    return users


@transaction.atomic
def open_first_administrator(email: str, *, name: str, password: str) -> User:
    """Open the account of the first administrator, who invites everybody else.

    Raises DomainError once an administrator is active or when the address has an
    account, ValidationError for an address or a password that will not do.
    """
    lock_administrators()
    if queries.active_holders(Role.ADMINISTRATOR).exists():
        message = "There is an active administrator already, who can invite others."
        raise DomainError(message)
    validate_email(email)
    if User.objects.filter(email__iexact=email).exists():
        message = f"{email} has an account already."
        raise DomainError(message)
    validate_password(password)
    user = User.objects.create_user(email, name, password)
    EmailAddress.objects.create(
        user=user, email=user.email, primary=True, verified=True
    )
    user.groups.add(Group.objects.get(name=Role.ADMINISTRATOR))
    record("role.given", user, actor=None, role=Role.ADMINISTRATOR.value)
    return user


def _active_account(email: str) -> User:
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    known = EmailAddress.objects.filter(user=user, verified=True).exists()
    if user is None or not known:
        message = f"{email} has no active account."
        raise DomainError(message)
    return user
