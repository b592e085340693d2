"""Composition by strings: the frame includes the apps without importing them."""

from django.urls import include, path

from portcrm import health

urlpatterns = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("", include("portcrm.pages.urls")),
    path("accounts/", include("portcrm.accounts.log_in_urls")),
    path("people/me/keys/", include("portcrm.api.key_urls")),
    path("people/", include("portcrm.accounts.urls")),
    path("audit/", include("portcrm.audit.urls")),
    path("outbox/", include("portcrm.outbox.urls")),
    path("hooks/", include("portcrm.outbox.hook_urls")),
    path("notices/", include("portcrm.notices.urls")),
    path("exchange/", include("portcrm.exchange.urls")),
    path("bulk/", include("portcrm.bulk.urls")),
    path("files/", include("portcrm.files.urls")),
    path("paper/", include("portcrm.paper.urls")),
    path("customers/", include("customers.urls")),
    path("cargo/", include("cargo.urls")),
    path("feedback/", include("feedback.urls")),
    path("o/", include("feedback.public_urls")),
    path("marketing/", include("marketing.urls")),
    path("api/", include("portcrm.api.urls")),
    path("api/v1/", include("portcrm.accounts.api.urls")),
    path("api/v1/bulk/", include("portcrm.bulk.api.urls")),
    path("api/v1/customers/", include("customers.api.urls")),
    path("api/v1/cargo/", include("cargo.api.urls")),
    path("api/v1/feedback/", include("feedback.api.urls")),
    path("api/v1/marketing/", include("marketing.api.urls")),
]

handler400 = "portcrm.pages.views.errors.bad_request"
handler403 = "portcrm.pages.views.errors.forbidden"
handler404 = "portcrm.pages.views.errors.not_found"
handler500 = "portcrm.pages.views.errors.server_error"
