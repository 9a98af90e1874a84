"""The only settings module; everything that differs comes from the environment.

PORTAL_MODE is ``embedded`` (one machine, everything included: the default) or
``production``. PORTAL_PROCESS is ``web``, ``worker``, ``beat`` or ``command``.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal import env
from portal.embedded import locations
from portal.telemetry import logs

BASE_DIR = Path(__file__).resolve().parent.parent
MODE = env.text("PORTAL_MODE", "embedded")
EMBEDDED = MODE == "embedded"
PROCESS = env.text("PORTAL_PROCESS", "web")
if MODE not in {"embedded", "production"}:
    message = "PORTAL_MODE must be embedded or production."
    raise ImproperlyConfigured(message)


def _required(name: str, embedded: str) -> str:
    value = env.secret(name, embedded if EMBEDDED else "")
    if not value:
        message = f"{name} must be set when PORTAL_MODE=production."
        raise ImproperlyConfigured(message)
    return value


# Core -----------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = _required("SECRET_KEY", locations.recorded("SECRET_KEY"))
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
PORTAL_KEYRING = _required(
    "PORTAL_KEYRING", locations.recorded("PORTAL_KEYRING")
).split(",")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]" if EMBEDDED else ""
)
PORT = int(env.number("PORT", 8000))
PORTAL_URL = env.text("PORTAL_URL", f"http://localhost:{PORT}").rstrip("/")
PORTAL_MAIL_DOMAIN = env.text("PORTAL_MAIL_DOMAIN", "portal.example")
PORTAL_TIME_ZONE = env.text("PORTAL_TIME_ZONE", "Europe/Berlin" if EMBEDDED else "UTC")
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = True
SITE_NAME = "Operations Portal"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_structlog",
    "lucide",
    "pgtrigger",
    "template_partials",
    "portal.embedded",
    "portal.telemetry",
    "portal.sweep",
    "portal.accounts",
    "portal.web",
    "portal.notify",
    "portal.digitalocean",
    "portal.audit",
    "portal.catalog",
    "portal.changes",
    "incidents",
    "maintenance",
    "scaling",
    "secrets_audit",
    "portal.people",
    "portal.dashboard",
    "portal.demo",
]
MIDDLEWARE = [
    "portal.telemetry.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "portal.web.middleware.HeadersMiddleware",
    "portal.web.middleware.UnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.web.middleware.OriginMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.web.middleware.SessionActivityMiddleware",
    "portal.web.middleware.ZoneMiddleware",
    "portal.web.middleware.ErrorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context_processors.portal",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Data -----------------------------------------------------------------------------
_database: dict[str, Any] | None = env.database("DATABASE_URL")
if _database is None:
    if not EMBEDDED:
        message = "DATABASE_URL must be set when PORTAL_MODE=production."
        raise ImproperlyConfigured(message)
    _database = dict(locations.database_settings())
_timeouts = {"web": 5_000, "worker": 60_000}.get(PROCESS, 0)
_database.setdefault("OPTIONS", {})["options"] = (
    f"-c statement_timeout={_timeouts} -c lock_timeout={2_000 if _timeouts else 0}"
    f" -c idle_in_transaction_session_timeout={15_000 if _timeouts else 0}"
)
if PROCESS == "web":
    # Short, so that requests that wait for a lost database leave threads for /healthz.
    # A short back-off: pages come back within seconds of the database.
    _database["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": 6,
        "timeout": 2,
        "reconnect_timeout": 4,
    }
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0 if PROCESS == "web" else 60,
        "CONN_HEALTH_CHECKS": True,
        **_database,
    }
}
# Redis is the broker and nothing else: caches and rate limits must survive its loss.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# The tick -------------------------------------------------------------------------
CELERY_BROKER_URL = env.secret("REDIS_URL") or (
    locations.redis_url() if EMBEDDED else ""
)
if not CELERY_BROKER_URL:
    message = "REDIS_URL must be set when PORTAL_MODE=production."
    raise ImproperlyConfigured(message)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 5000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Whoever can write to Redis could otherwise order the workers to stop.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "health_check_interval": 10,
    "socket_keepalive": True,
    "global_keyprefix": "portal:",
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "portal.sweep",
        "schedule": env.number("SWEEP_EVERY", 1.0),
        "options": {"expires": 5, "ignore_result": True},
    }
}
OWN_TICK_AFTER = env.number("OWN_TICK_AFTER", 15)
OWN_TICK_EVERY = env.number("OWN_TICK_EVERY", 3)

# DigitalOcean ---------------------------------------------------------------------
DIGITALOCEAN_ENDPOINT = env.text("DIGITALOCEAN_ENDPOINT")
DIGITALOCEAN_CONNECT_TIMEOUT = env.number("DIGITALOCEAN_CONNECT_TIMEOUT", 5)
DIGITALOCEAN_READ_TIMEOUT = env.number("DIGITALOCEAN_READ_TIMEOUT", 30)
_one_token = env.secret("DIGITALOCEAN_TOKEN") if EMBEDDED else ""
# The web process never talks to the provider, so it holds no token.
_tokens = PROCESS != "web"
DIGITALOCEAN_READ_TOKEN = (
    (env.secret("DIGITALOCEAN_READ_TOKEN") or _one_token) if _tokens else ""
)
DIGITALOCEAN_WRITE_TOKEN = (
    (env.secret("DIGITALOCEAN_WRITE_TOKEN") or _one_token) if _tokens else ""
)
DIGITALOCEAN_SIMULATED = env.flag(
    "DIGITALOCEAN_SIMULATED",
    default=DIGITALOCEAN_ENDPOINT.startswith(("http://127.", "http://localhost")),
)

# Changes --------------------------------------------------------------------------
CHANGES_LEASE_SECONDS = env.number("CHANGES_LEASE_SECONDS", 90)
CHANGES_HEARTBEAT_SECONDS = env.number("CHANGES_HEARTBEAT_SECONDS", 20)
# Scales every pause, quiesce time and deadline of a change; 1 outside tests.
CHANGES_TIME_FACTOR = env.number("CHANGES_TIME_FACTOR", 1.0)

# People ---------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_validators = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_validators}UserAttributeSimilarityValidator"},
    {"NAME": f"{_validators}MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validators}CommonPasswordValidator"},
    {"NAME": f"{_validators}NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if EMBEDDED else "https"
MFA_ADAPTER = "portal.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 0
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.number("TRUSTED_PROXY_COUNT", 0))
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.SocialAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL")
OIDC_NAME = env.text("OIDC_NAME", "Single sign-on")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.secret("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }

# Mail -----------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"{SITE_NAME} <portal@portal.example>")
EMAIL_HOST = env.text("SMTP_HOST")
EMAIL_PORT = int(env.number("SMTP_PORT", 587))
EMAIL_HOST_USER = env.text("SMTP_USER")
EMAIL_HOST_PASSWORD = env.secret("SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("SMTP_TLS", default=True)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if not EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(locations.mail_dir())

# Browser --------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF, *([OIDC_SERVER_URL] if OIDC_SERVER_URL else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "portal.web.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
if EMBEDDED:
    SESSION_COOKIE_NAME = f"sid-{PORT}"
    CSRF_COOKIE_NAME = f"csrf-{PORT}"
else:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sid"
    CSRF_COOKIE_NAME = "__Host-csrf"

# Logs -----------------------------------------------------------------------------
LOGGING = logs.configuration(
    console=env.text("PORTAL_LOG_FORMAT", "json") == "console",
    level=env.text("LOG_LEVEL", "INFO").upper(),
)
logs.configure()
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# It would load the user once more when the first try failed; telemetry binds it.
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
SILENCED_SYSTEM_CHECKS: list[str] = []
