"""One settings file for every way to run Ballast; what differs comes from the environment (.env.example)."""

import sys
from pathlib import Path

from config import broker, databases, env, health, logs, mail, openapi

BASE_DIR = Path(__file__).resolve().parent.parent

# How it runs -----------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
EMBEDDED = env.flag("EMBEDDED", default=not DATABASE_URL)
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DEBUG, IS_WORKER = env.flag("DEBUG"), sys.argv[1:2] == ["work"]
HTTPS = env.flag("HTTPS", default=not EMBEDDED)
BASE_URL = env.text("BASE_URL", f"http://localhost:{env.number('PORT', 8000)}" if EMBEDDED else "").rstrip(
    "/"
)

# Secrets and hosts -----------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY") or (env.embedded_secret(DATA_DIR) if EMBEDDED else "")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if EMBEDDED else "")
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("change-me"):
    env.refuse("SECRET_KEY must be a random text of at least 50 characters (SECRET_KEY or SECRET_KEY_FILE).")
if not EMBEDDED and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    env.refuse("ALLOWED_HOSTS must name the portal's hosts, without *.")
if not EMBEDDED and not BASE_URL.startswith("https://" if HTTPS else "http"):
    env.refuse("BASE_URL must be the portal's address, for example https://ballast.example.com.")
if DEBUG and not EMBEDDED:
    env.refuse("DEBUG is for the embedded run only.")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []

# Apps, from the ground up ----------------------------------------------------------------------
INSTALLED_APPS = [
    "apps.core",
    "apps.audit",
    "apps.notifications",
    "apps.accounts",
    "apps.services",  # above it floor 4, kept for slos and oncall
    "apps.incidents",
    "apps.action_items",
    "apps.intake",
    "apps.chat",
    "apps.status_page",
    "apps.postmortems",
    "apps.toil",
    "apps.reminders",
    "apps.webhooks",
    "apps.trackers",
    "apps.metrics",  # floor 8, which is also kept for reviews
    "apps.reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "apps.core.middleware.request_context",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.middleware.input_gate",
    "apps.core.middleware.database_away",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.core.middleware.kept_forms",
    "apps.core.middleware.LoginWall",
    "allauth.account.middleware.AccountMiddleware",
    "apps.core.middleware.private_answers",
    "apps.core.middleware.local_time",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.core.context.page",
            ],
        },
    }
]

# Databases -------------------------------------------------------------------------------------
WEB_POOL = env.flag("WEB_POOL", default=sys.argv[1:2] == ["serve"])  # Celery closes a pool after each task
if not DATABASE_URL:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    if not EMBEDDED:
        env.refuse("DATABASE_URL is missing (or set EMBEDDED=1 for a trial run on SQLite).")
DATABASES = {
    "default": databases.postgres(DATABASE_URL, pooled=WEB_POOL)
    if DATABASE_URL
    else databases.sqlite(DATA_DIR)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Nine o'clock as a default is meant so: within ten seconds of it Django takes it for a "now" that was called too early.
SILENCED_SYSTEM_CHECKS = ["fields.W161"]

# Cache and rate limits -------------------------------------------------------------------------
CACHES = broker.caches(REDIS_URL)

# Celery: the broker only wakes somebody up, the truth of what is due is in the database ---------
CELERY_BROKER_URL = REDIS_URL or "files://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport(REDIS_URL, DATA_DIR)

# People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None  # the sign-in form asks
ACCOUNT_RATE_LIMITS = {"login_failed": "30/5m/ip,10/5m/key", "login": "60/m/ip"}
PASSWORD_RESET_TIMEOUT = 3600
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# Transport and headers -------------------------------------------------------------------------
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(health|ready)z$", r"^api/"]  # a program that sent its token in clear is refused
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Files that people attach ----------------------------------------------------------------------
# Nothing is served from here but by a view.
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
ATTACHMENT_MAX_BYTES = env.number("ATTACHMENT_MAX_MB", 10) * 1_000_000
ATTACHMENT_QUOTA_BYTES = env.number("ATTACHMENT_QUOTA_MB", 100) * 1_000_000  # of one postmortem
IMPORT_MAX_FILES, IMPORT_MAX_BYTES, TOIL_IMPORT_MAX_BYTES = 200, 10_000_000, 25_000_000  # of one upload
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # beyond which no form gets to say how many it takes

# Language, time, static files ------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
if EMBEDDED:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Mail ------------------------------------------------------------------------------------------
# Without EMAIL_HOST mails become files under DATA_DIR/mail, readable at /dev/mail/ in the embedded run.
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 60)
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Ballast <ballast@localhost>")
MAIL_DIR = DATA_DIR / "mail"
MAIL_KINDS = mail.KINDS
MAIL_CATEGORIES = mail.CATEGORIES
MAIL_QUIET_UNTIL = mail.QUIET_UNTIL

# Calls to other machines, and what must be well before they are told so --------------------------
HEALTH_CHECKS, HEARTBEAT_URL = health.CHECKS, env.text("HEARTBEAT_URL")
OUTBOUND_ALLOW = env.places("OUTBOUND_ALLOW")

# Lists and forms -------------------------------------------------------------------------------
FILTERS_EMPTY_CHOICE_LABEL, FORM_RENDERER = "Any", "apps.core.rendering.QuickMenus"

# API -------------------------------------------------------------------------------------------
API_RATE = env.text("API_RATE", "1200/min")
INTAKE_RATE = env.text("INTAKE_RATE", "600/min")
INTAKE_DAILY_MB = env.number("INTAKE_DAILY_MB", 200)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.BearerAuthentication",
        "apps.accounts.authentication.PortalSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": [
        "apps.core.throttles.PersonThrottle",
        "apps.core.throttles.StrangerThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"person": API_RATE, "stranger": "60/min", "intake": INTAKE_RATE},
    "DEFAULT_PAGINATION_CLASS": "apps.core.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "rest_framework.schemas.inspectors.ViewInspector",  # until core/schema.py is loaded
    "EXCEPTION_HANDLER": "apps.core.api.exception_handler",
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = openapi.SETTINGS

# Logs and tests --------------------------------------------------------------------------------
LOGGING = logs.configuration(env.text("LOG_LEVEL", "INFO"), pretty=env.flag("LOG_PRETTY"))
TEST_RUNNER = "django.test.runner.DiscoverRunner"
