"""Settings. Everything a deployment may differ in comes from the environment; docs/beheer lists it."""

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from toeleiding.site import embedded, logs

HOME = embedded.data_folder()


def _secret_key(home: Path) -> str:
    if key := os.environ.get("SECRET_KEY"):
        return key
    kept = home / "geheim"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text()


def _database(url: str) -> dict[str, Any]:
    """Read a postgresql:// address into Django's words. Sockets come as `?host=/folder`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "toeleiding",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
        "TEST": {"NAME": os.environ.get("TOELEIDING_TEST_DB", "test_toeleiding")},
    }


def _database_url() -> str:
    if url := os.environ.get("DATABASE_URL"):
        return url
    if os.environ.get("TOELEIDING_NO_DATABASE"):  # type checking and other readers of these settings
        return "postgresql://localhost/toeleiding"
    return embedded.database_url(HOME)


def _raw_keys(home: Path, *, practice: bool) -> str:
    """The keys of the raw messages as "name:base64, name:base64".

    The exercise environment makes one in the data folder. The real one never does: with several machines each would
    seal what the others cannot read. Without a key nothing is sent.
    """
    if keys := os.environ.get("RAW_KEYS"):
        return keys
    kept = home / "sleutel-ruwe-berichten"
    if practice and not kept.exists():
        made = kept.with_name(f"{kept.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(f"lokaal:{base64.b64encode(secrets.token_bytes(32)).decode()}")
        with suppress(FileExistsError):  # several processes begin at once, and one key counts
            kept.hardlink_to(made)
        made.unlink()
    return kept.read_text() if kept.exists() else ""


SECRET_KEY = _secret_key(HOME)
DEBUG = False
# The exercise environment has fictitious people, the role picker and a banner on every page.
OEFENOMGEVING = os.environ.get("TOELEIDING_OMGEVING", "oefen") == "oefen"
RAW_KEYS = _raw_keys(HOME, practice=OEFENOMGEVING)
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "toeleiding.web",
    "toeleiding.organisations",
    "toeleiding.rulebook",
    "toeleiding.dossiers",
    "toeleiding.exchange",
    "toeleiding.referrals",
    "toeleiding.client_lists",
    "toeleiding.outreach",
    "toeleiding.demo",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "toeleiding.organisations.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "toeleiding.site.urls"
WSGI_APPLICATION = "toeleiding.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "toeleiding.web.context.shell",
            ],
            "builtins": ["toeleiding.web.templatetags.tn"],
        },
    }
]
CSRF_FAILURE_VIEW = "toeleiding.web.views.csrf_failure"
FORM_RENDERER = "toeleiding.web.forms.Renderer"
TOELEIDING_MENU = "toeleiding.site.menu.menu"
# `tasks.py` of the dossiers speaks of the tasks of people; its jobs have a module of their own.
PROCRASTINATE_IMPORT_PATHS = ["toeleiding.dossiers.jobs"]

DATABASES = {"default": _database(_database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organisations.Staff"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/aanmelden"

# Behind a proxy: the header in which it tells where a request comes from, to slow down who guesses private links.
CLIENT_ADDRESS_HEADER = os.environ.get("CLIENT_ADDRESS_HEADER", "")

# What must happen with a recorded event in a higher room, in order, in the same transaction.
TIMELINE_SUBSCRIBERS = [
    "toeleiding.exchange.subscribers.on_recorded",
    "toeleiding.referrals.subscribers.on_recorded",
    "toeleiding.referrals.appointments.subscribers.on_recorded",
    "toeleiding.outreach.subscribers.on_recorded",
    "toeleiding.outreach.messages.automatic.on_recorded",
]

# Who takes in a referral that a partner sends us over the wire.
INCOMING_REFERRALS = "toeleiding.referrals.incoming.take"
INCOMING_REFERRALS_OPEN = "toeleiding.referrals.incoming.still_open"

# Who tells a client of a new appointment.
APPOINTMENT_TELLER = "toeleiding.outreach.messages.new_appointment.TELLER"

# The one question to a register that is asked while somebody waits: is there a KBI dossier for this number?
KBI_LOOKUP = "toeleiding.exchange.lookup.kbi_dossier"

LANGUAGE_CODE = "nl-be"
TIME_ZONE = "Europe/Brussels"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "toeleiding_sessie"
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if not OEFENOMGEVING:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_REDIRECT_EXEMPT = [r"^metrics$"]  # read from the machine itself, without the proxy that speaks HTTPS

# Who may read the measurements: who shows the token, or without a token who calls directly from these addresses.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
METRICS_ALLOWED = [name for name in os.environ.get("METRICS_ALLOWED", "127.0.0.1,::1").split(",") if name]

logs.configure(as_json=not OEFENOMGEVING)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"links": {"()": "toeleiding.site.logs.HidePrivateLinks"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["links"]}},
    # The web server logs through the same filter: a request that breaks may carry a private link in its address.
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}

# Messages to people. In the exercise environment nothing leaves the machine: everything lands in the folder POSTBUS.
PUBLIC_URL = os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")
POSTBUS = HOME / "postbus"
EMAIL_URL = "" if OEFENOMGEVING else os.environ.get("EMAIL_URL", "")
_MAIL = urlsplit(EMAIL_URL)
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if OEFENOMGEVING else 'smtp'}.EmailBackend"
EMAIL_FILE_PATH = str(POSTBUS)
EMAIL_HOST, EMAIL_PORT = _MAIL.hostname or "", _MAIL.port or (465 if _MAIL.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
# Without encryption only to this machine itself.
EMAIL_USE_TLS = _MAIL.scheme == "smtp" and EMAIL_HOST not in ("localhost", "127.0.0.1")
EMAIL_TIMEOUT = 20  # seconds; a mail server that is slower is tried again later
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "toeleiding@oefen.test" if OEFENOMGEVING else "")
MAIL_BOUNCES_IN = os.environ.get("MAIL_BOUNCES_IN", "")
SMS_GATEWAY = "" if OEFENOMGEVING else os.environ.get("SMS_GATEWAY", "")
SMS_GATEWAY_TOKEN = os.environ.get("SMS_GATEWAY_TOKEN", "")
# The gateway shows this when it tells how a text message went; without it nobody may tell.
SMS_RECEIPT_SECRET = os.environ.get("SMS_RECEIPT_SECRET", "")

# The outside world. Without endpoints the product talks to its own simulator on this address.
SIMULATOR_URL = os.environ.get("SIMULATOR_URL", "http://127.0.0.1:8011/")
MAGDA_ENDPOINT = os.environ.get("MAGDA_ENDPOINT", "")
MAGDA_IDENTIFICATIE = os.environ.get("MAGDA_IDENTIFICATIE", "inburgering.vlaanderen.be/agii/toeleiding-oefen")
# Files of the certificate with its chain, its key, the authorities of the other side, and the signers we believe.
# Without a certificate nothing is signed; without trusted signers no answer is verified.
MAGDA_CERTIFICATE = os.environ.get("MAGDA_CERTIFICATE", "")
MAGDA_KEY = os.environ.get("MAGDA_KEY", "")
MAGDA_CA = os.environ.get("MAGDA_CA", "")
MAGDA_TRUSTED_SIGNERS = os.environ.get("MAGDA_TRUSTED_SIGNERS", "")
# The journal of questions beside the database, with which a restored backup is completed; empty: none is kept.
EXCHANGE_JOURNAL = os.environ.get("EXCHANGE_JOURNAL", str(HOME / "journaal"))
# Calls at the same time under our Hoedanigheid, over all workers, and how many of those one worker takes.
EXCHANGE_IN_FLIGHT = int(os.environ.get("EXCHANGE_IN_FLIGHT", "4"))
EXCHANGE_IN_FLIGHT_PER_WORKER = int(os.environ.get("EXCHANGE_IN_FLIGHT_PER_WORKER", "0"))
# From how many waiting questions of one service the worker puts them in a file, and how long a file is waited for.
EXCHANGE_FILE_FROM = int(os.environ.get("EXCHANGE_FILE_FROM", "200"))
EXCHANGE_FILE_ANSWERED_WITHIN_HOURS = float(os.environ.get("EXCHANGE_FILE_ANSWERED_WITHIN_HOURS", "24"))
MAGDA_SIGN_ALGORITHM = os.environ.get("MAGDA_SIGN_ALGORITHM", "rsa-sha256")
# Files of many questions: where we put them, where the answers come, and the prefix of their names per service.
MAGDA_BATCH_OUT = os.environ.get("MAGDA_BATCH_OUT", str(HOME / "To_Vip"))
MAGDA_BATCH_IN = os.environ.get("MAGDA_BATCH_IN", str(HOME / "From_Vip"))
# The worker writes and reads files by itself where both folders are named; otherwise somebody does, by command.
MAGDA_BATCH_BY_WORKER = bool(os.environ.get("MAGDA_BATCH_OUT") and os.environ.get("MAGDA_BATCH_IN"))
MAGDA_BATCH_PREFIXES = os.environ.get("MAGDA_BATCH_PREFIXES", "")
# Where VDAB (or who brings them) puts lists of who is registered; empty: nothing is read at night.
VDAB_LIST_IN = os.environ.get("VDAB_LIST_IN", "")
MAGDA_HOEDANIGHEID = os.environ.get("MAGDA_HOEDANIGHEID", "ipdc0000")
# Telling other services that a file of ours changed: only where MAGDA agreed to take it.
EXCHANGE_NOTIFY_OTHERS = os.environ.get("EXCHANGE_NOTIFY_OTHERS", "ja" if OEFENOMGEVING else "nee") == "ja"
