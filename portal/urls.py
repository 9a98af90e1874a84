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
    path("audit/", include("portal.audit.urls")),
    path("changes/", include("portal.changes.urls")),
    path("incidents/", include("incidents.urls")),
    path("maintenance/", include("maintenance.urls")),
    path("notices/", include("portal.notify.urls")),
    path("scaling/", include("scaling.urls")),
    path("secrets/", include("secrets_audit.urls")),
    path("", include("portal.catalog.urls")),
    path("", include("portal.people.urls")),
    path("", include("portal.dashboard.urls")),
]
