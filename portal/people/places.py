"""Where people and teams show up: in the navigation and in the search."""

from django.db.models import Q
from django.urls import reverse

from portal.accounts.models import Team, User
from portal.people import permissions
from portal.web import navigation, search

FOUND_AT_MOST = 10


def register() -> None:
    """Tell the frame of every page; called once when the app is ready."""
    navigation.register(
        navigation.Entry("Teams", "people:teams", "users-round", order=80)
    )
    navigation.register(
        navigation.Entry(
            "People",
            "people:list",
            "user-cog",
            order=95,
            permission=permissions.SEE,
        )
    )
    search.register(search.Source("People", find_people, order=80))
    search.register(search.Source("Teams", find_teams, order=81))


def find_people(user: User, text: str) -> list[search.Hit]:
    """Accounts by name or e-mail address, for those who may see them."""
    if not permissions.can_see_people(user):
        return []
    found = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return [
        search.Hit(
            person.name, reverse("people:detail", args=[person.pk]), person.email
        )
        for person in found.order_by("name", "pk")[:FOUND_AT_MOST]
    ]


def find_teams(user: User, text: str) -> list[search.Hit]:
    """Teams by name."""
    found = Team.objects.filter(name__icontains=text)[:FOUND_AT_MOST]
    return [
        search.Hit(team.name, reverse("people:team", args=[team.slug]))
        for team in found
    ]
