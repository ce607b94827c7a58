"""The one settings file. Values of the installation come from `environment.py`, documented in docs/operations.md."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from gongzhi.base import secrets
from gongzhi.config import environment

PACKAGE = Path(__file__).resolve().parent.parent

GONGZHI_HOME = environment.HOME.value(os.environ)
GONGZHI_MODE = environment.MODE.value(os.environ)
GONGZHI_SECRETS = secrets.load_or_make(GONGZHI_HOME, demo=GONGZHI_MODE != "production")

SECRET_KEY = GONGZHI_SECRETS.web_key
DEBUG = False
ALLOWED_HOSTS = environment.ALLOWED_HOSTS.value(os.environ)

ROOMS = [
    "base",
    "audit",
    "people",
    "places",
    "calendars",
    "parameters",
    "evidence",
    "norms",
    "notices",
    "cases",
    "visits",
    "intake",
    "dispatch",
    "papers",
    "handovers",
    "accountability",
    "web",
    "scenarios",
    "portal",
    "desk",
    "api",
    "jobs",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "ninja",
    *[f"gongzhi.{room}" for room in ROOMS if (PACKAGE / room / "apps.py").exists()],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "gongzhi.api.middleware.problems_for_machines",
    "gongzhi.web.middleware.refuse_what_is_no_text",
    "gongzhi.web.middleware.refuse_large_forms",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "gongzhi.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {
    "default": environment.database_settings(
        environment.DATABASE_URL.value(os.environ),
        home=GONGZHI_HOME,
        timeout_s=environment.LOCK_WAIT.value(os.environ),
        pool=environment.DATABASE_POOL.value(os.environ),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
GONGZHI_LANGUAGE = environment.LANGUAGE.value(os.environ)
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# Only staff has a session. It ends with the browser, after the limits that the city sets, and here at the latest.
CSRF_FAILURE_VIEW = "gongzhi.web.expired.form_expired"
SESSION_COOKIE_NAME = "gongzhi_session"
SESSION_COOKIE_AGE = 86_400
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if environment.HTTPS.value(os.environ):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# Triggers refuse UPDATE and DELETE of entries. Tests clean their tables, so there they are installed only by the tests
# of the triggers themselves.
GONGZHI_AUDIT_TRIGGERS = GONGZHI_MODE != "test"
GONGZHI_PROXIES = environment.PROXIES.value(os.environ)
# Carriers of messages (docs/notices.md). A demo and a test write them down instead of sending them.
GONGZHI_MESSAGES = environment.MESSAGES.value(os.environ) or ("send" if GONGZHI_MODE == "production" else "record")
GONGZHI_MAIL_URL = environment.MAIL_URL.value(os.environ)
GONGZHI_MAIL_FROM = environment.MAIL_FROM.value(os.environ)
GONGZHI_SMS_FILE = environment.SMS_FILE.value(os.environ)
GONGZHI_SMS_SECRET = environment.SMS_SECRET.value(os.environ)
GONGZHI_WECOM_URL = environment.WECOM_URL.value(os.environ)
GONGZHI_WECOM_CORP = environment.WECOM_CORP.value(os.environ)
GONGZHI_WECOM_AGENT = environment.WECOM_AGENT.value(os.environ)
GONGZHI_WECOM_SECRET = environment.WECOM_SECRET.value(os.environ)
GONGZHI_WEBHOOK_NETWORKS = environment.WEBHOOK_NETWORKS.value(os.environ)
GONGZHI_NEIGHBOURS = environment.NEIGHBOURS.value(os.environ)
GONGZHI_NEIGHBOUR_KEYS = environment.neighbour_keys(environment.NEIGHBOUR_KEYS.value(os.environ), mode=GONGZHI_MODE)
GONGZHI_CARRIER_WAIT_S = environment.CARRIER_WAIT.value(os.environ)
GONGZHI_PAPER_FONTS = environment.PAPER_FONTS.value(os.environ)
GONGZHI_MAP_CREDIT = environment.MAP_CREDIT.value(os.environ)
GONGZHI_FILES_URL = environment.FILES_URL.value(os.environ)
# An upload is streamed to disk, never held in memory; a request body beyond this is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # An answer of 4xx is no fault of ours: without this every mistyped number would fill the log.
    "loggers": {"gongzhi": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
