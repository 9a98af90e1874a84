"""Addresses of a person's notices."""

from django.urls import path

from portal.notify import views

app_name = "notify"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("reading/", views.reading, name="reading"),
]
