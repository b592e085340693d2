from django.conf import settings
from django.db import migrations, models

import customers.querysets
from portcrm.one_step import OneStep


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_known_values"),
        ("customers", "0020_find_customers_by_status"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        OneStep([
            # At most 480 signs, which are 1,920 bytes in the worst case: with the name before it less than an index row may hold.
            migrations.RunSQL(
                sql="""
CREATE FUNCTION customers_walk_key(search_key text, pinyin text, initials text, email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length(search_key) + length(pinyin) + length(initials) + length(email) <= 477
        THEN search_key || ' ' || pinyin || ' ' || initials || ' ' || upper(email) END
$$
""",
                reverse_sql="DROP FUNCTION customers_walk_key(text, text, text, text)",
            ),
            migrations.AddField(
                model_name="customer",
                name="walk_key",
                field=models.GeneratedField(
                    db_persist=True,
                    expression=customers.querysets.WalkKey("search_key", "pinyin", "initials", "email"),
                    output_field=models.TextField(null=True),
                ),
            ),
            migrations.AddIndex(
                model_name="customer",
                index=models.Index(
                    condition=models.Q(("merged_into", None)), fields=["sort_key", "id"], include=("walk_key",), name="customer_walk"
                ),
            ),
        ]),
    ]
