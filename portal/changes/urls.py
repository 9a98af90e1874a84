from django.urls import path

from portal.changes.views import decisions, detail, lists

app_name = "changes"

urlpatterns = [
    path("", lists.requests, name="list"),
    path("approvals/", lists.inbox, name="inbox"),
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/progress/", detail.progress, name="progress"),
    path("<int:pk>/approval/", decisions.approval, name="approval"),
    path("<int:pk>/rejection/", decisions.rejection, name="rejection"),
    path("<int:pk>/withdrawal/", decisions.withdrawal, name="withdrawal"),
    path("<int:pk>/planning/", decisions.planning, name="planning"),
    path("<int:pk>/resumption/", decisions.resumption, name="resumption"),
]
