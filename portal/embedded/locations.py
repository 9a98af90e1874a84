"""Where the one-machine mode keeps things, and how to reach its servers.

Pure standard library: settings import this before Django is configured. Nothing
here starts, creates or changes anything.

    var/                 of whoever runs `manage.py up`
      secrets/           keys made by the first start
      state-location     one line: where the state is, when it is not var/state
      state/             of the user the servers run as
        owner-password, app-password
        postgresql/  redis/  binaries/
    /tmp/portal-UID-HASH/    the sockets; a socket's path may have 107 bytes only
"""

import base64
import hashlib
import os
import pwd
import secrets
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = "portal"
OWNER_ROLE = "portal_owner"
APP_ROLE = "portal_app"
PASSWORD_FILES = {OWNER_ROLE: "owner-password", APP_ROLE: "app-password"}


def var_dir() -> Path:
    """Folder of everything the one-machine mode writes; PORTAL_VAR moves it."""
    return Path(os.environ.get("PORTAL_VAR") or CHECKOUT / "var").absolute()


def location_record() -> Path:
    """File that names the state folder when it is not var/state."""
    return var_dir() / "state-location"


def state_dir() -> Path:
    """Folder of the servers' data. It need not exist yet."""
    try:
        recorded = location_record().read_text(encoding="utf-8").strip()
    except OSError:
        recorded = ""
    return Path(recorded) if recorded else var_dir() / "state"


def server_account(state: Path) -> pwd.struct_passwd | None:
    """The user to run the servers as, or None for the present user.

    PostgreSQL refuses to run as root. Root therefore hands over to the owner of
    the existing state, else to PORTAL_EMBEDDED_USER, else to nobody.
    """
    if os.geteuid() != 0:
        return None
    try:
        owner = state.stat().st_uid
    except OSError:
        owner = 0
    if owner:
        return pwd.getpwuid(owner)
    return pwd.getpwnam(os.environ.get("PORTAL_EMBEDDED_USER") or "nobody")


def run_dir(state: Path) -> Path:
    """Short folder of the two sockets, one per user and state folder."""
    account = server_account(state)
    uid = account.pw_uid if account else os.geteuid()
    digest = hashlib.sha256(str(state).encode()).hexdigest()[:10]
    return Path("/tmp") / f"portal-{uid}-{digest}"  # noqa: S108  (0700, owner checked)


def redis_socket(state: Path) -> Path:
    """Where the embedded Redis listens."""
    return run_dir(state) / "redis.sock"


def password(state: Path, role: str) -> str:
    """The database password of a role; empty until the first start made one."""
    try:
        text = (state / PASSWORD_FILES[role]).read_text(encoding="ascii")
    except OSError:
        return ""
    return text.strip()


def database_settings(state: Path | None = None) -> dict[str, object]:
    """Connection part of Django's DATABASES entry for the embedded PostgreSQL.

    PORTAL_DATABASE_ROLE=app connects without the right to change tables; the
    default is the owner, who migrates.
    """
    state = state or state_dir()
    restricted = os.environ.get("PORTAL_DATABASE_ROLE") == "app"
    role = APP_ROLE if restricted else OWNER_ROLE
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(run_dir(state)),
        "PORT": "",
        "NAME": DATABASE,
        "USER": role,
        "PASSWORD": password(state, role),
    }


def redis_url(state: Path | None = None) -> str:
    """Address of the embedded Redis in kombu's spelling."""
    return f"redis+socket://{redis_socket(state or state_dir())}?virtual_host=0"


def recorded(name: str) -> str:
    """A secret that the first start made for this machine.

    Before that a fresh one, which only this process knows: enough for commands
    that need settings and no data.
    """
    try:
        return (secrets_dir() / name).read_text(encoding="ascii").strip()
    except OSError:
        return fresh_secret(name)


def fresh_secret(name: str) -> str:
    """A new value for SECRET_KEY or PORTAL_KEYRING."""
    if name == "PORTAL_KEYRING":
        return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(50)


def secrets_dir() -> Path:
    """Folder of the recorded secrets, one file each."""
    return var_dir() / "secrets"


def mail_dir() -> Path:
    """Where mail goes when no SMTP server is configured: one file a message."""
    return var_dir() / "mail"
