"""The Celery application: three queues, tasks that may run twice, work that a killed worker gives back."""

import logging
import os

from celery import Celery, Task
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import OperationalError

from portcrm.audit.channel import Channel, channel
from portcrm.memo import reading_once

logger = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portcrm.settings")


class Job(Task):
    """What a task changes is recorded as coming from a job; small lists are read once."""

    def __call__(self, *args, **kwargs):
        with channel(Channel.JOB), reading_once():
            return super().__call__(*args, **kwargs)


app = Celery("portcrm", task_cls=Job)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)  # the request id of the page goes on in the job's log lines
app.autodiscover_tasks()


def nudge(task: str, *ids: int) -> None:
    """Ask a worker for a task now, by name. A broker that is away costs a minute only: a sweeper finds what was left undone."""
    try:
        app.send_task(task, args=ids, retry=False)
    except OperationalError as error:
        logger.warning("celery.nudge_failed %s: %s", task, error)
