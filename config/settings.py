"""Django settings, derived from `config.env` and nothing else."""

from pathlib import Path
from typing import Any

from config import database, env, secrets
from huiyin.core.database import use_modern_sqlite

use_modern_sqlite()

ENV = env.read()
ROOT = env.ROOT
DATA = ENV.data
secrets.prepare(DATA)
KEYRING_FILE = secrets.path(ENV)
SECRET_KEY = secrets.signing_key(KEYRING_FILE)
DEBUG = ENV.debug
DEMO = ENV.demo
ORIGIN = ENV.origin
AUDIT_MAIL = ENV.audit_mail
ALLOWED_HOSTS = secrets.hosts(ENV)
USE_X_FORWARDED_HOST = False
TRUSTED_PROXIES = [p.strip() for p in ENV.trusted_proxies.split(",") if p.strip()]
EGRESS_ALLOW = [n.strip() for n in ENV.egress_allow.split(",") if n.strip()]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
CSRF_TRUSTED_ORIGINS = [ORIGIN]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "huiyin.core",
    "huiyin.accounts",
    "huiyin.language",
    "huiyin.privacy",
    "huiyin.voices",
    "huiyin.conversations",
    "huiyin.knowledge",
    "huiyin.cases",
    "huiyin.assistant",
    "huiyin.insights",
    "huiyin.web",
]

MIDDLEWARE = [
    "huiyin.core.middleware.RequestContext",
    "huiyin.core.observe.Observed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huiyin.accounts.middleware.AppSession",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "huiyin.core.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "huiyin.accounts.borrowed.Eyes",
    "django.contrib.messages.middleware.MessageMiddleware",
    "huiyin.accounts.middleware.Watch",
    "huiyin.privacy.waiting.Waiting",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "huiyin.core.middleware.Gate",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "huiyin.core.context.shell",
                "huiyin.web.context.desk",
            ],
            "builtins": ["huiyin.core.templatetags.ui"],
        },
    }
]

DATABASES = {"default": database.from_url(ENV.database_url, DATA)}
KEYS_URL = database.keys_url(ENV)
# Between asking for deletion and being forgotten; the law leaves at most 15 working days for the whole.
ERASURE_GRACE_DAYS = min(ENV.erasure_grace_days, 15)
# Personal data in free text is hidden in tables, webhooks and answers to AI agents.
MASK_EXPORTS = ENV.mask_exports
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["huiyin.accounts.backends.PasswordBackend"]
PASSWORD_HASHERS = ["huiyin.accounts.hashers.OwaspArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"huiyin.accounts.passwords.{rule}"}
    for rule in ("Length", "NotCommon", "HardToGuess", "Composition")
]
LOGIN_URL = "/desk/sign-in/"
PORTAL_LOGIN_URL = "/account/sign-in/"
PROOF_URL = "/account/confirmation/"
SIGN_IN_WITH = env.listed("HUIYIN_SIGN_IN_WITH", ENV.sign_in_with)
LLM_PRICE = env.prices(ENV.llm_price)
PASSWORD_COMPOSITION = ENV.password_composition
PASSWORD_MAX_AGE_DAYS = ENV.password_max_age_days
PASSWORD_LIST = Path(ENV.password_list).expanduser() if ENV.password_list else None

# One pipeline for every door: allauth's stages, of which ours ask for standing and the second factor.
ACCOUNT_ADAPTER = "huiyin.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are verified by our own codes before there is an account
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # ours is encrypted and cannot be searched
ACCOUNT_LOGIN_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
IDP_OIDC_ADAPTER = "huiyin.accounts.issuing.ProviderAdapter"
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 300
MFA_ADAPTER = "huiyin.accounts.adapters.FactorAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ORIGIN.startswith("https://")

TASKS = {"default": {"BACKEND": "huiyin.core.jobs.backend.LeasedBackend"}}
LANGUAGE_ENGINE = ENV.language_engine
REDIS_URL = ENV.redis_url
# Codes of the OpenID provider live here for a minute; nothing that is read back may execute, so no pickle.
CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "huiyin-django",
        "OPTIONS": {"serializer": "huiyin.core.ports.cache.JsonSerializer"},
    }
STORAGE_URL = ENV.storage_url

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

SECURE_SITE = ORIGIN.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SITE
SESSION_COOKIE_NAME = "__Host-session" if SECURE_SITE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_SITE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 7 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CSRF_FAILURE_VIEW = "huiyin.core.errorviews.csrf_failure"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_SITE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
# Subdomains, preload lists and the redirect to https belong to whoever owns the domain and the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
