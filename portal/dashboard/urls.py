"""Addresses that look at everything."""

from django.urls import path

from portal.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.start, name="home"),
    path("search/", views.find, name="search"),
    path("status/", views.status, name="status"),
]
