"""What Beat asks for exists: a misspelt task name would be sent for ever and done by nobody."""

import pytest
from django.conf import settings
from django_celery_beat.models import PeriodicTask

from portcrm.celery import app

OF_CELERY = "celery."  # its own housekeeping


@pytest.fixture(scope="module")
def registered() -> set[str]:
    """The names a worker knows once it has loaded every app's tasks."""
    app.loader.import_default_modules()
    return set(app.tasks)


def test_every_task_of_the_schedule_in_the_settings_exists(registered):
    asked = {name: entry["task"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}

    assert asked
    assert {name: task for name, task in asked.items() if task not in registered} == {}


@pytest.mark.django_db
def test_every_task_a_migration_has_scheduled_exists(registered):
    asked = dict(PeriodicTask.objects.exclude(task__startswith=OF_CELERY).values_list("name", "task"))

    assert {"marketing.tasks.ask_for_month_end_ranking", "marketing.tasks.sweep_rankings"} <= set(asked.values())
    assert {name: task for name, task in asked.items() if task not in registered} == {}


@pytest.mark.django_db
def test_every_scheduled_task_goes_to_a_queue_that_workers_read():
    queues = {settings.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())}
    asked = dict(PeriodicTask.objects.exclude(queue=None).values_list("name", "queue"))

    assert {name: queue for name, queue in asked.items() if queue not in queues} == {}
