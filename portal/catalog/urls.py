from django.urls import path

from portal.catalog import views

app_name = "catalog"
urlpatterns = [
    path("inventory/", views.inventory, name="inventory"),
    path("inventory/refresh/", views.inventory_refresh, name="inventory_refresh"),
    path("inventory/<int:pk>/", views.resource, name="resource"),
    path(
        "inventory/<int:pk>/refresh/", views.resource_refresh, name="resource_refresh"
    ),
    path("services/", views.service_list, name="services"),
    path("services/<slug:slug>/", views.service, name="service"),
]
