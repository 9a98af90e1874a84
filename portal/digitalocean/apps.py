from django.apps import AppConfig


class DigitaloceanConfig(AppConfig):
    name = "portal.digitalocean"
    label = "digitalocean"
