from django.apps import AppConfig


class SweepConfig(AppConfig):
    name = "portal.sweep"
    label = "sweep"
    verbose_name = "The tick"
