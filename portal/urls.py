"""The portal's address book: nouns, with a trailing slash."""

from django.urls import include, path

from portal.telemetry import views as telemetry

urlpatterns = [
    path("healthz", telemetry.healthz, name="healthz"),
    path("readyz", telemetry.readyz, name="readyz"),
    path("account/", include("allauth.urls")),
]
