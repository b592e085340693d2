"""The latest version of each answer came the way the answer names; of earlier ones nobody has kept it."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def tell_how_they_came(apps, _schema_editor):
    Response = apps.get_model("feedback", "Response")
    ResponseVersion = apps.get_model("feedback", "ResponseVersion")
    its_answer = Response.objects.filter(pk=OuterRef("response"))
    names = ("channel", "entered_by", "taken_on")
    latest = ResponseVersion.objects.filter(number=F("response__submissions"), response__channel__isnull=False)
    ResponseVersion.objects.filter(pk__in=latest.values("pk")).update(**{name: Subquery(its_answer.values(name)) for name in names})


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0039_versions_know_how_they_came'),
    ]

    operations = [
        migrations.RunPython(tell_how_they_came, migrations.RunPython.noop, elidable=True),
    ]
