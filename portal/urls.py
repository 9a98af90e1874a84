"""The portal's address book: nouns, with a trailing slash."""

from django.urls import include, path

from portal.telemetry import views as telemetry

handler400 = "portal.web.errors.bad_request"
handler403 = "portal.web.errors.permission_denied"
handler404 = "portal.web.errors.page_not_found"
handler500 = "portal.web.errors.server_error"

urlpatterns = [
    path("healthz", telemetry.healthz, name="healthz"),
    path("readyz", telemetry.readyz, name="readyz"),
    path("account/", include("allauth.urls")),
    path("maintenance/", include("maintenance.urls")),
