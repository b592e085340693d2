from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

import portcrm.celery  # noqa: F401  the Celery application is there as soon as Django is


class PagesConfig(AppConfig):
    name = "portcrm.pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        autodiscover_modules("registry")
