"""Who may do what with a change request; predicates only."""

from portal.accounts.models import User
from portal.changes import policy
from portal.changes.models import ChangeRequest


def can_request(user: User) -> bool:
    return user.can("changes.request_change")


def can_decide(user: User, request: ChangeRequest) -> bool:
    """An eligible person of the groups the policy names; never the requester."""
    return user.can("changes.decide_change") and policy.is_eligible(request, user)


def is_own(user: User, request: ChangeRequest) -> bool:
    """Whether the person asked for this, with whatever account."""
    return user.person_id == request.requester_person_id


def can_withdraw(user: User, request: ChangeRequest) -> bool:
    return is_own(user, request) and can_request(user)


def can_plan_again(user: User, request: ChangeRequest) -> bool:
    return is_own(user, request) and can_request(user)


def can_resume(user: User, request: ChangeRequest) -> bool:
    """An operator: an approver who did not ask for the change."""
    return user.can("changes.decide_change") and not is_own(user, request)
