"""Addresses of accounts, invitations, teams and preferences."""

from django.urls import path

from portal.people.views import accounts, invitations, preferences, teams

app_name = "people"
urlpatterns = [
    path("people/", accounts.person_list, name="list"),
    path("people/new/", invitations.new, name="new"),
    path(
        "people/invitations/<int:pk>/withdrawal/",
        invitations.withdrawal,
        name="withdrawal",
    ),
    path("people/<int:pk>/", accounts.detail, name="detail"),
    path("people/<int:pk>/roles/", accounts.role_set, name="roles"),
    path("people/<int:pk>/memberships/", accounts.memberships, name="memberships"),
    path("people/<int:pk>/deactivation/", accounts.deactivation, name="deactivation"),
    path("people/<int:pk>/reactivation/", accounts.reactivation, name="reactivation"),
    path("invitations/<str:token>/", invitations.acceptance, name="invitation"),
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.team_new, name="team_new"),
    path("teams/<slug:slug>/", teams.team, name="team"),
    path("teams/<slug:slug>/settings/", teams.team_settings, name="team_settings"),
    path("teams/<slug:slug>/members/", teams.members, name="members"),
    path("account/preferences/", preferences.preferences, name="preferences"),
]
