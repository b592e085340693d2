from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    """Beginnings are asked as ranges of the indexes that sort: two fewer to write whenever a file is saved."""

    dependencies = [
        ("customers", "0025_a_sample_of_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="customer", name="customer_name_starts"),
        migrations.RemoveIndex(model_name="customer", name="customer_credit_code_starts"),
    ]
