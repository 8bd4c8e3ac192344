"""One file, read top to bottom; machines differ by environment variables, each with a default.

`./run` sets those that name its engines; the README lists them all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from firm.config import env

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env.text("FIRM_DATA", str(BASE_DIR / "var"))).resolve()

# --- the installation ---------------------------------------------------------------------------
VERSION = "0.1.0"
PRODUCT = "Cabinet"
DEBUG = env.flag("DEBUG", default=False)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.text("PORT", "8000")
BASE_URL = env.text("BASE_URL", f"http://{HOST}:{PORT}")
IS_HTTPS = BASE_URL.startswith("https://")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
IS_LOOPBACK = HOST in _LOOPBACK and urlsplit(BASE_URL).hostname in _LOOPBACK
DEMO = env.flag("FIRM_DEMO", default=True) and IS_LOOPBACK
ALLOWED_HOSTS = env.items(
    "ALLOWED_HOSTS", f"127.0.0.1,localhost,[::1],{urlsplit(BASE_URL).hostname}"
)
_secret_file = DATA_DIR / "secret"
SECRET_KEY = env.text("SECRET_KEY") or (
    _secret_file.read_text().strip() if _secret_file.exists() else "insecure-until-run-makes-one"
)

# --- engines ------------------------------------------------------------------------------------
_database_url = env.text("DATABASE_URL", "postgresql://firm_app@/firm?host=/var/run/postgresql")
_owner_url = env.text("DATABASE_OWNER_URL", _database_url)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.database(_database_url),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
}
DATABASE_OWNER = env.database(_owner_url)
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "firm.softcache.SoftRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "firm",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = env.celery_broker(REDIS_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.5}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "firm.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "minute": {"task": "firm.minute", "schedule": 60.0, "options": {"expires": 60}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_TIMEZONE = "Europe/Paris"

# --- files --------------------------------------------------------------------------------------
_storage_url = env.text("STORAGE_URL")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": _storage_url.removeprefix("file://") or str(DATA_DIR / "storage"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if _storage_url.startswith("s3://"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": urlsplit(_storage_url).netloc, "default_acl": "private"},
    }
WORK_DIR = DATA_DIR / "work"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT: Path | None = DATA_DIR / "static"
if env.flag("STATIC_FINDERS", default=not IS_HTTPS):
    STATIC_ROOT = None
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FEC_MAX_BYTES = 4 * 1024**3
DOCUMENT_MAX_BYTES = 50 * 1024**2

# --- applications -------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "csp",
    "firm",
    "clients",
    "ledger",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "firm.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "firm.sessions.SessionsMiddleware",
    "firm.middleware.ScopeMiddleware",
]
ROOT_URLCONF = "firm.config.urls"
WSGI_APPLICATION = "firm.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "firm.context.shell",
            ],
            "builtins": [
                "firm.templatetags.formats",
                "firm.templatetags.ui",
                "ledger.templatetags.imports",
            ],
        },
    }
]

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "firm.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("name", "email")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/connexion/"
ACCOUNT_ADAPTER = "firm.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/connexion/"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
USERSESSIONS_TRACK_ACTIVITY = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = PRODUCT
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "firm.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if IS_HTTPS else []
SECURE_HSTS_SECONDS = 31536000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- secrets kept, and hosts of banks -----------------------------------------------------------
# Keys that seal tokens of others, newest first; without any, one is drawn from SECRET_KEY.
TOKEN_KEYS = env.items("TOKEN_KEYS")
# Hosts that a bank connection may call although their address is private, or without https.
BANK_TRUSTED_HOSTS = env.items("BANK_TRUSTED_HOSTS")

# --- mail ---------------------------------------------------------------------------------------
EMAIL_URL = env.text("EMAIL_URL")
IS_EMBEDDED_MAIL = not EMAIL_URL
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if IS_EMBEDDED_MAIL:
    EMAIL_BACKEND = "firm.mailbox.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "outbox")
globals().update(env.email(EMAIL_URL))
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", f"{PRODUCT} <ne-pas-repondre@localhost.localdomain>"
)

# --- the API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "firm.api_auth.BearerAuthentication",
        "firm.api_auth.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "firm.api.problem",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is ours: txt, xml, csv, pdf…
    "DEFAULT_THROTTLE_CLASSES": ["firm.api_auth.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {"person": env.text("API_RATE", "1200/min")},
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{PRODUCT} – API",
    "VERSION": VERSION,
    "DESCRIPTION": "Les mêmes actions que les écrans. Montants et identifiants sont des chaînes.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- language, time, logs -----------------------------------------------------------------------
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
}

# --- outside services, off unless named ---------------------------------------------------------
SENTRY_DSN = env.text("SENTRY_DSN")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False)
