"""Rankings by the calendar: one after each month end, and a sweeper for what a killed worker left behind."""

from django.conf import settings
from django.db import migrations

MONTH_END, SWEEP = "Rank customers after the month end", "Take up abandoned rankings"


def schedule(apps, _editor):
    crontab = apps.get_model("django_celery_beat", "CrontabSchedule")
    interval = apps.get_model("django_celery_beat", "IntervalSchedule")
    task = apps.get_model("django_celery_beat", "PeriodicTask")
    night, _made = crontab.objects.get_or_create(
        minute="30", hour="3", day_of_month="1", month_of_year="*", day_of_week="*", timezone=settings.PORT_TIME_ZONE
    )
    often, _made = interval.objects.get_or_create(every=5, period="minutes")
    task.objects.get_or_create(
        name=MONTH_END, defaults={"task": "marketing.tasks.ask_for_month_end_ranking", "crontab": night, "queue": "jobs"}
    )
    task.objects.get_or_create(name=SWEEP, defaults={"task": "marketing.tasks.sweep_rankings", "interval": often, "queue": "jobs"})


def unschedule(apps, _editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name__in=[MONTH_END, SWEEP]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("marketing", "0001_first"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(schedule, unschedule)]
