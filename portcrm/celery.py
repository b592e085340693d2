"""The Celery application: three queues, tasks that may run twice, work that a killed worker gives back."""

import os

from celery import Celery, Task
from django_structlog.celery.steps import DjangoStructLogInitStep

from portcrm.audit.channel import Channel, channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portcrm.settings")


class Job(Task):
    """What a task changes is recorded as coming from a job."""

    def __call__(self, *args, **kwargs):
        with channel(Channel.JOB):
            return super().__call__(*args, **kwargs)


app = Celery("portcrm", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)  # the request id of the page goes on in the job's log lines
app.autodiscover_tasks()
