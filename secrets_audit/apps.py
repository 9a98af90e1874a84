from django.apps import AppConfig


class SecretsAuditConfig(AppConfig):
    name = "secrets_audit"
    label = "secrets_audit"
