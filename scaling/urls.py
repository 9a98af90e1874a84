from django.urls import path

from scaling import views

app_name = "scaling"

urlpatterns = [
    path("resizes/new/", views.resize, name="resize"),
]
