from django.conf import settings
from django.db import migrations, models

import customers.querysets


class Migration(migrations.Migration):
    """One file of 256 is in a sample that tells how common a word of a search is."""

    dependencies = [
        ("customers", "0024_find_who_is_overdue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            sql="""
CREATE FUNCTION customers_sampled(id bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hashint8(id) & 255 = 0
$$
""",
            reverse_sql="DROP FUNCTION customers_sampled(bigint)",
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(customers.querysets.Sampled("id"), ("merged_into", None)),
                fields=["id"],
                include=("walk_key",),
                name="customer_sample",
            ),
        ),
    ]
