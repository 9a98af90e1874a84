from django.urls import path

from incidents import views

app_name = "incidents"
urlpatterns = [
    path("", views.incident_list, name="list"),
    path("new/", views.declaration, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/timeline/", views.timeline, name="timeline"),
    path("<int:pk>/acknowledgement/", views.acknowledgement, name="acknowledgement"),
    path("<int:pk>/updates/", views.updates, name="updates"),
    path("<int:pk>/lead/", views.lead, name="lead"),
    path("<int:pk>/resolution/", views.resolution, name="resolution"),
    path("<int:pk>/reopening/", views.reopening, name="reopening"),
]
