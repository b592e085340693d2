"""One settings file: everything that differs between places comes from the environment, read and typed here.

`./run` and `./test` set the environment for the embedded servers; a deployment sets DATABASE_URL, REDIS_URL,
EMAIL_URL, SECRET_KEY and ALLOWED_HOSTS itself (docs/deployment.md).
"""

import datetime as dt
from pathlib import Path
from urllib.parse import unquote

import pghistory
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portcrm.enum_names import API_ENUMS
from portcrm.environment import Environment
from portcrm.logs import logging_config
from portcrm.schedule import SCHEDULE

env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where this installation keeps its state -------------------------------------------------------------------------
PORTCRM_STATE = env.folder("PORTCRM_STATE", default=BASE_DIR / ".portcrm")
PORTCRM_DEMO = env.bool("PORTCRM_DEMO", default=False)
PORTCRM_EMBEDDED = env.bool("PORTCRM_EMBEDDED", default=False)
PORTCRM_SITE_URL = env.web_address("PORTCRM_SITE_URL", default="http://127.0.0.1:8000")

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- The port --------------------------------------------------------------------------------------------------------
PORT_NAME_ZH = env.str("PORT_NAME_ZH", default="示范港")
PORT_NAME_EN = env.str("PORT_NAME_EN", default="Example Port")
PORT_TIME_ZONE = env.time_zone("PORT_TIME_ZONE", default="Asia/Shanghai")
PORT_CURRENCY = env.str("PORT_CURRENCY", default="CNY")
PORT_SERVICE_EMAIL = env.str("PORT_SERVICE_EMAIL", default="service@portcrm.invalid")
PORT_SERVICE_ADDRESS = env.str("PORT_SERVICE_ADDRESS", default="")  # where forms filled in on paper are returned to
PORT_SERVICE_PHONE = env.str("PORT_SERVICE_PHONE", default="")

# --- Limits ----------------------------------------------------------------------------------------------------------
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", default=25 * 1024 * 1024, at_least=1)
MAX_IMPORT_BYTES = env.int("MAX_IMPORT_BYTES", default=200 * 1024 * 1024, at_least=1)
MAX_DOCUMENT_BYTES = env.int("MAX_DOCUMENT_BYTES", default=10 * 1024 * 1024, at_least=1)  # of a manifest, stowage plan, booking
DOCUMENT_BYTES_READ_AT_ONCE = env.int("DOCUMENT_BYTES_READ_AT_ONCE", default=256 * 1024, at_least=0)  # a larger one is read by a worker
MAX_IMPORT_UNPACKED_BYTES = env.int("MAX_IMPORT_UNPACKED_BYTES", default=1024 * 1024 * 1024, at_least=1)  # of a workbook, decompressed
MAX_IMPORT_CELLS = env.int("MAX_IMPORT_CELLS", default=10_000_000, at_least=1)  # of a workbook: its cells are held in memory
MAX_IMPORT_MERGED_CELLS = env.int("MAX_IMPORT_MERGED_CELLS", default=200_000, at_least=1)  # of a sheet
MAX_IMPORT_CELL_CHARACTERS = env.int("MAX_IMPORT_CELL_CHARACTERS", default=131_072, at_least=1)  # of a cell in a CSV
MAX_EXPORT_ROWS = env.int("MAX_EXPORT_ROWS", default=1_000_000, at_least=1)
BULK_MOST_ROWS = env.int("BULK_MOST_ROWS", default=100_000, at_least=1)  # that one change of many rows may take
MAX_WORKBOOK_ROWS = env.int("MAX_WORKBOOK_ROWS", default=100_000, at_least=1)  # a workbook is written whole before its first byte goes
PAPER_KEEP_HOURS = env.int("PAPER_KEEP_HOURS", default=24, at_least=1)  # a printed form is there as long for whoever asked for it
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("DATA_UPLOAD_MAX_MEMORY_SIZE", default=2 * 1024 * 1024, at_least=1)  # of a form without its files

# --- Opinions and complaints -----------------------------------------------------------------------------------------
PORT_COUNTRY = env.str("PORT_COUNTRY", default="CN")  # whose public holidays are no business days
SURVEY_REST_DAYS = env.int("SURVEY_REST_DAYS", default=30)  # days between two questions to one person
SURVEYS_A_YEAR = env.int("SURVEYS_A_YEAR", default=4)
SURVEY_CONTACTS_OF_A_COMPANY = env.int("SURVEY_CONTACTS_OF_A_COMPANY", default=3)
SURVEY_SEND_HOURS = env.numbers("SURVEY_SEND_HOURS", {"from": 9, "until": 17})  # of business days, port time
SURVEY_GRACE_HOURS = env.int("SURVEY_GRACE_HOURS", default=24)  # a form that was begun may still be sent after closing
SURVEY_PAPER_DAYS = env.int("SURVEY_PAPER_DAYS", default=14)  # so long after the closing staff type in what came on paper
LONGEST_OPINION_TEXT = env.int("LONGEST_OPINION_TEXT", default=4000)
LOW_SCORE_BUSINESS_DAYS = env.int("LOW_SCORE_BUSINESS_DAYS", default=3)
SERVICE_HOURS = env.str("SERVICE_HOURS", default="1-5 08:30-12:00 13:30-17:30")  # Monday is 1, see portcrm/service_hours.py
COMPLAINT_LIMITS = env.str("COMPLAINT_LIMITS", default="")  # see feedback/services/limits.py
COMPLAINT_BUSINESS_DAYS = env.int("COMPLAINT_BUSINESS_DAYS", default=10)
INDICATIVE_BELOW = env.int("INDICATIVE_BELOW", default=30)  # fewer answers are called indicative
HIDE_GROUPS_BELOW = env.int("HIDE_GROUPS_BELOW", default=5)  # smaller groups are not shown
FORM_SENDINGS_AN_HOUR = env.int("FORM_SENDINGS_AN_HOUR", default=600)  # per personal link
UNKNOWN_LINKS_AN_HOUR = env.int("UNKNOWN_LINKS_AN_HOUR", default=60)  # per sender's address
COMPLAINTS_AN_HOUR = env.int("COMPLAINTS_AN_HOUR", default=10)  # per sender's address

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "portcrm.accounts",
    "portcrm.audit",
    "portcrm.pages",
    "portcrm.outbox",
    "portcrm.notices",
    "portcrm.exchange",
    "portcrm.bulk",
    "portcrm.files",
    "portcrm.paper",
    "portcrm.api",
    "customers",
    "cargo",
    "feedback",
    "marketing",
    "bench",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_filters",
    "django_celery_beat",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_structlog",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portcrm.logs.RequestLog",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portcrm.audit.middleware.ChannelMiddleware",
    "portcrm.memo.ReadOnceMiddleware",
    "portcrm.pages.middleware.ReaderMiddleware",
    "portcrm.pages.middleware.RuleBrokenMiddleware",
    "portcrm.pages.middleware.RefusedWriteMiddleware",
    "customers.views.merged_files.MergedFilesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "portcrm.urls"
WSGI_APPLICATION = "portcrm.wsgi.application"
OUR_TAGS = ("portcrm.pages.templatetags.lasting", "portcrm.pages.templatetags.frame")
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
                "portcrm.pages.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", *OUR_TAGS],
        },
    }
]

# --- Database, cache, broker -----------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["TEST"] = {"TEMPLATE": env.str("PORTCRM_TEST_TEMPLATE", default="") or None}  # portcrm/launch/pytest_template.py
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # Celery spells a Unix socket redis+socket://, redis-py spells it unix://
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://", 1),
        "KEY_PREFIX": "portcrm",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_TIME_LIMIT = 3000  # below the visibility timeout: a longer task would run twice at once
CELERY_TASK_SOFT_TIME_LIMIT = 2900
CELERY_TASK_DEFAULT_QUEUE = "default"
JOBS = ("portcrm.notices", "portcrm.exchange", "portcrm.bulk", "portcrm.paper", "customers", "cargo", "feedback", "marketing")
CELERY_TASK_ROUTES = {"portcrm.outbox.*": {"queue": "mail"}, **{f"{app}.*": {"queue": "jobs"} for app in JOBS}}
CELERY_TIMEZONE = PORT_TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
DJANGO_CELERY_BEAT_TZ_AWARE = True
CELERY_BEAT_SCHEDULE = SCHEDULE

# --- Customer files --------------------------------------------------------------------------------------------------
# Days after which somebody should confirm a part of a file, by service tier.
FRESH_DAYS = {
    "key": env.numbers("FRESH_DAYS_KEY", {"basics": 90, "traits": 180, "business": 90, "transactions": 90}),
    "major": env.numbers("FRESH_DAYS_MAJOR", {"basics": 180, "traits": 365, "business": 180, "transactions": 180}),
    "standard": env.numbers("FRESH_DAYS_STANDARD", {"basics": 365, "traits": 730, "business": 365, "transactions": 365}),
}
BOARD_CARDS = env.int("BOARD_CARDS", default=20, at_least=1)  # of a column of the customer board; more are fetched on demand
CHART_MOST_ROWS = env.int("CHART_MOST_ROWS", default=200_000, at_least=1)  # of a list that is counted up for a chart while somebody waits
VERIFY_AT_ONCE = env.int("VERIFY_AT_ONCE", default=20)  # parts waiting for one account manager; more would be read by nobody
VERIFY_WITHIN_DAYS = env.int("VERIFY_WITHIN_DAYS", default=14, at_least=1)

REMEMBER_DAYS_AHEAD = env.int("REMEMBER_DAYS_AHEAD", default=7)  # birthdays and the like come to the account manager that much earlier

# The pool: how many customers one person picks (key accounts do not count), after how many days without contact or cargo one falls back
# (0: never), how long before that its account manager is told, and how long whoever let one go waits before picking it again.
POOL_LIMIT = env.int("POOL_LIMIT", default=200)
POOL_RECYCLE_DAYS = env.int("POOL_RECYCLE_DAYS", default=180)
POOL_WARN_DAYS = env.int("POOL_WARN_DAYS", default=14)
POOL_COOL_DOWN_DAYS = env.int("POOL_COOL_DOWN_DAYS", default=30)
# Who should be a key account by its figures; people decide, and see where their decision departs from the rule.
KEY_ACCOUNT_TONNES = env.int("KEY_ACCOUNT_TONNES", default=500_000)
KEY_ACCOUNT_CLASS = env.str("KEY_ACCOUNT_CLASS", default="A")

# --- Daily work ------------------------------------------------------------------------------------------------------
NOTICES_KEPT_DAYS = env.int("NOTICES_KEPT_DAYS", default=180, at_least=1)
# Days without contact after which a customer is due for a visit, by service tier (0: visited on occasion only).
VISIT_DAYS = env.numbers("VISIT_DAYS", {"key": 30, "major": 90, "standard": 365})
VISITS_A_DAY = env.int("VISITS_A_DAY", default=3, at_least=1)  # a plan for a period spreads them so that no day holds more
CALENDAR_READS_AN_HOUR = env.int("CALENDAR_READS_AN_HOUR", default=60, at_least=1)  # per subscribed calendar; programs ask once or twice
# Days ahead of an end at which the account manager is told, once at each step: of a contract or a price, of the business licence,
# of the next review of a credit grade. And from how many days of delay on a credit hold is proposed (0: never).
CONTRACT_WARNING_DAYS = env.steps("CONTRACT_WARNING_DAYS", default=(90, 30, 7))
LICENCE_WARNING_DAYS = env.steps("LICENCE_WARNING_DAYS", default=(60, 14))
REVIEW_WARNING_DAYS = env.steps("REVIEW_WARNING_DAYS", default=(30, 7))
HOLD_PROPOSAL_DAYS = env.int("HOLD_PROPOSAL_DAYS", default=60)

# Cargo leads: how many closed ones a group needs for its share of won ones to be told before that of a wider group.
LEAD_ODDS_LEAST = env.int("LEAD_ODDS_LEAST", default=10, at_least=1)
# Days without work on it after which a lead in each stage is still, unless its next step lies ahead; and from how many per cent of what
# was agreed on the ledger confirms a won one.
LEAD_STALE_DAYS = env.numbers("LEAD_STALE_DAYS", {"new": 7, "verified": 14, "quoting": 10, "negotiating": 21})
LEAD_CONFIRM_PERCENT = env.int("LEAD_CONFIRM_PERCENT", default=80, at_least=1)

# --- Mail ------------------------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=30)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="survey@portcrm.invalid")
OUTBOX_MAILS_PER_MINUTE = env.int("OUTBOX_MAILS_PER_MINUTE", default=600)  # 0: as fast as the server takes them
COMPLAINT_IMAP_URL = env.imap_url("COMPLAINT_IMAP_URL")  # a mailbox whose mails become complaints
BOUNCE_ADDRESS, BOUNCE_IMAP_URL = env.mail_address("BOUNCE_ADDRESS"), env.imap_url("BOUNCE_IMAP_URL")  # docs/deployment.md
# What the self-check of the sending domain cannot know: selectors of DKIM, addresses of the delivering machines, whom to ask.
DKIM_SELECTORS, SENDING_ADDRESSES = env.list("DKIM_SELECTORS"), env.ip_addresses("SENDING_ADDRESSES")
DNS_SERVER = env.str("DNS_SERVER", default="")  # address or address:port; "" those of this machine
MAIL_WEBHOOK_SECRET = env.str("MAIL_WEBHOOK_SECRET", default="")  # without one no mail service is listened to
# Mails a minute to one domain (0: no limit), conversations at once (0: no limit), refusals of ourselves in a row before sending stops.
OUTBOX_PACE = env.numbers("OUTBOX_PACE", {"per_domain": 300, "connections": 8, "stop_after": 10})
MAIL_JOURNAL_DIR = env.str("MAIL_JOURNAL_DIR", default="")  # of the send journals; else in the state folder
PORTCRM_INSTANCE_ID = env.str("PORTCRM_INSTANCE_ID", default="")  # the same on all machines of one installation

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portcrm.accounts.backends.RoleBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "portcrm.accounts.adapter.ClosedDoorAdapter"
ACCOUNT_FORMS = {
    "login": "portcrm.accounts.forms.entrance.LogInForm",
    "reauthenticate": "portcrm.accounts.forms.entrance.PasswordAgainForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": env.str("LOG_IN_RATE", default="30/m/ip"),
    "login_failed": env.str("LOG_IN_FAILED_RATE", default="10/m/ip,5/300s/key"),
    "reset_password": "20/m/ip,5/m/key",
}
MFA_ADAPTER = "portcrm.accounts.adapter.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the administrator types the address in, nobody signs up
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "portcrm.accounts.forms.entrance.CodeForm",
    "reauthenticate": "portcrm.accounts.forms.entrance.CodeAgainForm",
    "activate_totp": "portcrm.accounts.forms.entrance.FirstCodeForm",
}
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS")
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = int(dt.timedelta(days=3).total_seconds())  # as the mail and the page of a dead link say
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- History: triggers write one row per change --------------------------------------------------------------------------
PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"  # the instant of the change, not of its transaction's start
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)  # history is read by record, never by what a row points at

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = int(dt.timedelta(days=365).total_seconds())
USE_I18N = True
USE_TZ = True
TIME_ZONE = PORT_TIME_ZONE
USE_THOUSAND_SEPARATOR = False

# --- Static files and uploads ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = PORTCRM_STATE / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", PORTCRM_STATE / "vendor")]
MEDIA_ROOT = PORTCRM_STATE / "media"
STORAGES = {
    "default": {"BACKEND": "portcrm.files.storage.WholeFileStorage"},
    "staticfiles": {"BACKEND": env.str("STATICFILES_STORAGE", default="django.contrib.staticfiles.storage.StaticFilesStorage")},
}
WHITENOISE_USE_FINDERS = env.bool("WHITENOISE_USE_FINDERS", default=DEBUG)

# --- Browser security ------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler's style sheet draws check marks and arrows that way
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portcrm.pages.views.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_COOKIES = PORTCRM_SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=int(dt.timedelta(days=14).total_seconds()), at_least=60)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=int(dt.timedelta(days=30).total_seconds()) if SECURE_COOKIES else 0)
if env.bool("BEHIND_PROXY", default=False):  # only where a proxy sets these headers itself, else anybody could
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# --- Watching the system ------------------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # without one /metrics answers this machine only
LOGGING_CONFIG = "portcrm.logs.configure"
LOGGING = logging_config(
    level=env.str("LOG_LEVEL", default="INFO"),
    form=env.choice("LOG_FORM", "lines" if PORTCRM_EMBEDDED else "json", among=("json", "lines")),
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # an address is personal data
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # one line for each request is enough
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = 20  # a refused request is not a fault of ours
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- API -------------------------------------------------------------------------------------------------------------
FILTERS_EMPTY_CHOICE_LABEL = _("All")
FORM_RENDERER = "portcrm.pages.form_renderer.Renderer"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portcrm.api.authentication.KeyAuthentication",  # first: a refused stranger gets 401 and is told about keys
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portcrm.api.access.HoldsNamedPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portcrm.api.pagination.KeysetPagination",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle", "rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": env.rate("API_RATE_STRANGER", default="30/min"), "user": env.rate("API_RATE", default="600/min")},
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "NUM_PROXIES": 1 if env.bool("BEHIND_PROXY") else 0,  # without a proxy nobody may name another's address
    "EXCEPTION_HANDLER": "portcrm.api.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PortCRM API",
    "DESCRIPTION": "Customer files, handled cargo, opinions and customer value of a sea port.\n\n"
    "A body with a name that is not among the fields of its request is refused with 400, which names it, and nothing is stored. "
    "Fields that are only told may be sent back as they were read: they are passed over when a row is made, and a change in which "
    "one of them has another value than the row is refused.",
    "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False, "ENUM_NAME_OVERRIDES": API_ENUMS, "SCHEMA_PATH_PREFIX": "/api/v1",  # grouped by app
    "SWAGGER_UI_DIST": "SIDECAR", "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}  # fmt: skip

env.refuse_unknown()
