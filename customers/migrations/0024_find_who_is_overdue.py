from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0023_every_field_of_history_has_a_name"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="transactionstatus",
            index=models.Index(condition=models.Q(("overdue_amount__gt", 0)), fields=["customer"], name="terms_overdue"),
        ),
    ]
