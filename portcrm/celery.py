"""The Celery application: three queues, tasks that may run twice, work that a killed worker gives back."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portcrm.settings")

app = Celery("portcrm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
