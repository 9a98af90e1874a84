"""Settings under test: production's, with real servers started for the run."""

import os

os.environ.setdefault("PORTAL_MODE", "embedded")
os.environ.setdefault("PORTAL_PROCESS", "command")
os.environ.setdefault("SECRET_KEY", "test-only-" + "x" * 50)
os.environ.setdefault(
    "PORTAL_KEYRING", "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)
os.environ.setdefault("DIGITALOCEAN_TOKEN", "simulated-test")
os.environ.setdefault("DIGITALOCEAN_ENDPOINT", "http://127.0.0.1:9")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
if "DATABASE_URL" not in os.environ:
    from portal.embedded import servers

    os.environ.update(servers.for_tests(), PORTAL_TEST_SERVERS="1")

from portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
WHITENOISE_AUTOREFRESH = True
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
