"""Addresses of the calendar and its duties."""

from django.urls import path, register_converter

from maintenance import views

app_name = "maintenance"


class Year:
    """A year of the calendar in four digits, 0001 to 9999."""

    regex = "(?!0000)[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class Month:
    """A month in two digits, 01 to 12."""

    regex = "0[1-9]|1[0-2]"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02}"


register_converter(Year, "year")
register_converter(Month, "month")

urlpatterns = [
    path("", views.this_month, name="calendar"),
    path("<year:year>/<month:month>/", views.month, name="month"),
    path("agenda/", views.agenda, name="agenda"),
    path("duties/<int:pk>/", views.duty, name="duty"),
    path("duties/<int:pk>/completion/", views.completion, name="completion"),
    path("series/<slug:slug>/", views.series, name="series"),
]
