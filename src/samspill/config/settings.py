"""Django's settings. What an administrator may choose comes from the environment (see ``environment.py``)."""

from __future__ import annotations

from pathlib import Path

import dj_database_url

from samspill.config.environment import read_environment
from samspill.config.logs import logging_config

env = read_environment()
PACKAGE = Path(__file__).resolve().parents[1]

SECRET_KEY = env.secret_key
DEBUG = False
ALLOWED_HOSTS = env.hosts
ROOT_URLCONF = "samspill.config.urls"
WSGI_APPLICATION = "samspill.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "samspill.config",
    "samspill.desk",
    "samspill.api",
    "samspill.newsroom",
    "samspill.webhooks",
    "samspill.publishing",
    "samspill.delivery",
    "samspill.library",
    "samspill.channels",
    "samspill.brands",
    "samspill.mail",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "samspill.desk.users_app.UsersConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "procrastinate.contrib.django",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "samspill.config.middleware.TraceMiddleware",
    "samspill.config.middleware.ContentSecurityPolicyMiddleware",
    "samspill.api.middleware.ApiMiddleware",
    "samspill.config.middleware.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "samspill.config.middleware.DeskLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

DATABASES = {"default": dj_database_url.parse(env.database_url, conn_max_age=60, conn_health_checks=True)}

# --- language and time: bokmål first, Oslo's wall clock for all -----------------------
LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Norsk bokmål"), ("nn", "Norsk nynorsk"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "config" / "locale", PACKAGE / "config" / "own" / "locale"]
FORMAT_MODULE_PATH = ["samspill.config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"
USE_THOUSAND_SEPARATOR = True

# --- files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.data / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = env.data / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if env.mode == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long story has several fields for each of its parts

# --- Wagtail --------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Samspill"
WAGTAILADMIN_USER_LOGIN_FORM = "samspill.config.login_form.LoginForm"
WAGTAILADMIN_BASE_URL = env.base_url
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "samspill.config.workflow.finish"
WAGTAILIMAGES_IMAGE_MODEL = "library.Photo"
WAGTAILIMAGES_IMAGE_FORM_BASE = "samspill.library.forms.PhotoForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif", "heic", "tif", "tiff"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 40 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "epub", "docx", "xlsx", "odt", "ods", "csv", "txt"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nothing is fetched from others for an editor's paste
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "norwegian"},
}

# --- background work ------------------------------------------------------------------
PROCRASTINATE_WORKER_DEFAULTS = {"fetch_job_polling_interval": 0.5}

# What needs a person stands on the front page of the desk; e-mail says so too where a mail server is set up.
SAMSPILL_MAIL = env.mail is not None
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if env.mail else 'dummy'}.EmailBackend"
if env.mail:
    EMAIL_HOST, EMAIL_PORT = env.mail.host, env.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.mail.user, env.mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = env.mail.tls, env.mail.starttls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_from or "samspill@localhost"
WAGTAIL_PASSWORD_RESET_ENABLED = False

# --- security -------------------------------------------------------------------------
CSRF_TRUSTED_ORIGINS = [env.base_url]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.https
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if env.https else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.https else None
X_FRAME_OPTIONS = "SAMEORIGIN"
LOGIN_URL = "wagtailadmin_login"
AUTHENTICATION_BACKENDS = ["samspill.config.sign_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "samspill.config.passwords.NoDemoPasswordValidator"},
]

LOGGING_CONFIG = None
logging_config(env)

# --- Samspill -------------------------------------------------------------------------
SAMSPILL_MODE = env.mode
SAMSPILL_CREDENTIAL_KEYS = env.credential_keys
SAMSPILL_BASE_URL = env.base_url
SAMSPILL_SANDBOX_URL = env.sandbox_url
# Seconds. How long a worker owns what it is sending before another may take over.
SAMSPILL_LEASE_SECONDS = env.lease_seconds
# Seconds. None: each platform's own; tests shorten it.
SAMSPILL_SETTLE_SECONDS = env.settle_seconds
# Seconds. How long a platform may be silent before its answer counts as lost.
SAMSPILL_REQUEST_SECONDS = env.request_seconds
# Requests to the API in a minute for each token, in each web process. 0: no limit.
SAMSPILL_API_PER_MINUTE = 600
# What a monitor shows to read /metrics. Empty: nobody reads it.
SAMSPILL_METRICS_TOKEN = env.metrics_token
