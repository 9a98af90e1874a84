"""Addresses of the inventory of credentials."""

from django.urls import path

from secrets_audit import views

app_name = "secrets"

urlpatterns = [
    path("", views.credential_list, name="list"),
    path("new/", views.registration, name="new"),
    path("<int:pk>/", views.credential, name="detail"),
    path("<int:pk>/retirement/", views.retirement, name="retirement"),
]
