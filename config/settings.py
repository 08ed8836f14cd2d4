"""One settings file. What differs between places is an environment variable; nothing here is a secret.

Without any variable set, this is the embedded default: SQLite in the mode that serves many writers
at once, a broker in a file beside it, and a secret key made on the first start and kept in `var/`.
"""

import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import environ
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from config.languages import known_to_django, languages_in

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(str(BASE_DIR / ".env"))

# Everything that is written at run time stands in this folder.
DATA_DIR = Path(env.str("CONCENTRIC_DATA_DIR", default=str(BASE_DIR / "var")))
try:
    DATA_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(
        f"The data folder {DATA_DIR} cannot be made ({error.strerror}). Choose another with CONCENTRIC_DATA_DIR."
    ) from error

# "embedded" is one machine without servers, "production" is anything that strangers can reach.
MODE = env.str("CONCENTRIC_MODE", default="embedded")
if MODE not in {"embedded", "production"}:
    raise ImproperlyConfigured("CONCENTRIC_MODE must be 'embedded' or 'production'.")
PRODUCTION = MODE == "production"
DEBUG = env.bool("DJANGO_DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DJANGO_DEBUG must be off in production mode. Unset it, or unset CONCENTRIC_MODE.")


def _secret_key() -> str:
    """Return the configured key, or in embedded mode one that is made once and kept on this machine."""
    configured = str(env.str("DJANGO_SECRET_KEY", default=""))
    if PRODUCTION and (len(configured) < 50 or len(set(configured)) < 5):
        raise ImproperlyConfigured(
            "Set DJANGO_SECRET_KEY to 50 or more random characters; production mode does not start without it."
        )
    if configured:
        return configured
    path = DATA_DIR / "secret_key"
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return str(path.read_text(encoding="ascii")).strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "Set DJANGO_ALLOWED_HOSTS to the names under which this site is reached, such as concentric.example.org; "
        "production mode does not start without them."
    )
CSRF_TRUSTED_ORIGINS = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])
# Where links in mails and reports point to.
SITE_URL = env.str("CONCENTRIC_SITE_URL", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")

INSTALLED_APPS = [
    "reports",
    "assessments",
    "organisations",
    "pillars",
    "backstage",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "csp",
]

# What writes headers stands before whatever may answer by itself, so that no answer goes without them.
MIDDLEWARE = [
    "assessments.middleware.SecretAddresses",
    "backstage.content_policy.ContentPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "organisations.middleware.SignedInPages",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

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
            ],
        },
    },
]

# -- database ------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'concentric.sqlite3'}")}
if not DATABASES["default"].get("ENGINE"):
    raise ImproperlyConfigured("DATABASE_URL must be an address such as postgres://user:password@host:5432/name.")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE is what lets a hundred people save at once; WAL alone makes it worse (docs/decisions/).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Temporary tables in memory: closing a campaign notes there which new row was which old one.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening SQLite's file again for each request costs more than a question page.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- work in the background ----------------------------------------------------------------------

# The broker only wakes workers; the job row in the database is the truth (docs/decisions/0001-running.md).
BROKER_URL = env.str("CELERY_BROKER_URL", default=f"embedded://localhost{quote(str(DATA_DIR / 'broker.sqlite3'))}")
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A hard time limit below the visibility timeout: otherwise a long job's wake-up is delivered twice.
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
if BROKER_URL.startswith(("redis:", "rediss:")):
    # kombu's defaults look for lost messages so seldom that a killed task came back after 91 s.
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 3,
        "socket_timeout": 30,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            # Beyond Django's 300 entries a stranger's failures would push out what was counted of others.
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    )
}

# -- people --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = env.str("CONCENTRIC_EMAIL_VERIFICATION", default="mandatory" if PRODUCTION else "optional")
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "organisations.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "organisations.forms.LoginForm",
    "signup": "organisations.forms.SignupForm",
    "reset_password": "organisations.forms.ResetPasswordForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Concentric: "
# Whether strangers may open an account. In production people are added by an owner instead.
OPEN_SIGNUP = env.bool("CONCENTRIC_OPEN_SIGNUP", default=not PRODUCTION)
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
LOGIN_URL = "account_login"

# -- mail ----------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Concentric <concentric@localhost>")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))

# -- languages, times, numbers -------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
# A folder with a translation is a language (docs/decisions/0010-languages.md).
LOCALE_PATHS = [Path(env.str("CONCENTRIC_LOCALE_DIR", default=str(BASE_DIR / "locale")))]
_languages = languages_in(LOCALE_PATHS[0])
LANGUAGES = [(language.code, language.name) for language in _languages]
LANGUAGES_BIDI = [language.code for language in _languages if language.is_rtl]
LANGUAGES_UNREVIEWED = [language.code for language in _languages if not language.reviewed]
LANG_INFO.update(
    {language.code: known_to_django(language) for language in _languages if language.code not in LANG_INFO}
)
LANGUAGE_COOKIE_SAMESITE: Literal["Lax"] = "Lax"
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = "config.formats"
DATE_FORMAT = "j F Y"
USE_TZ = True
TIME_ZONE = env.str("CONCENTRIC_TIME_ZONE", default="UTC")
USE_THOUSAND_SEPARATOR = True

# -- pages ---------------------------------------------------------------------------------------

CRISPY_ALLOWED_TEMPLATE_PACKS = ("house",)
CRISPY_TEMPLATE_PACK = "house"
CRISPY_FAIL_SILENTLY = False

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("CONCENTRIC_STATIC_DIR", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "reports.plotly_file.PlotlyFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "backstage.static_storage.StaticStorage"},
}

# An upload beyond this many bytes is refused with a sentence before it is read (assessments.uploads).
UPLOAD_LIMIT = env.int("CONCENTRIC_UPLOAD_LIMIT", default=10 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = [
    "assessments.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("DJANGO_SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    # Rate limits count by the visitor's address, which only the proxies in front know.
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("CONCENTRIC_TRUSTED_PROXIES", default=1)
    SECURE_HSTS_SECONDS = env.int("DJANGO_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# -- logs ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "assessments.redaction.HidingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "nowhere": {"class": "logging.NullHandler", "formatter": "plain"},
    },
    # The development server's lines of access would otherwise go their own way, past the formatter.
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        # Strangers can send any host name as often as they like; each would be a traceback.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": env.str("CONCENTRIC_LOG_LEVEL", default="WARNING")},
}
