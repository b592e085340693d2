from django.db import migrations
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def fill(apps, _schema_editor):
    """Number of invitations and signature of the waves there are: so far both were read from elsewhere."""
    Wave, Invitation = apps.get_model("feedback", "Wave"), apps.get_model("feedback", "Invitation")
    Programme = apps.get_model("feedback", "Programme")
    counted = Invitation.objects.filter(wave=OuterRef("pk")).order_by().values("wave").annotate(n=Count("pk")).values("n")
    owner = Programme.objects.filter(pk=OuterRef("programme")).values("owner")
    Wave.objects.update(invited=Coalesce(Subquery(counted), F("invited")), signed_by=Subquery(owner))


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0009_sending_times_and_reminders'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
