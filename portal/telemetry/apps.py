from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    name = "portal.telemetry"
    label = "telemetry"
    verbose_name = "Logs and health"

    def ready(self) -> None:
        from portal.telemetry import signals

        signals.connect()
