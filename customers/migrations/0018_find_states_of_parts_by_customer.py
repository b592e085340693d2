from django.db import migrations, models
from portcrm.one_step import OneStep


class Migration(migrations.Migration):
    """A file as of a day asks which customer traits, terms and relations belonged to then."""

    dependencies = [
        ("customers", "0017_sentences_of_broken_rules"),
    ]

    operations = [OneStep([
        migrations.AddIndex(
            model_name="traitsevent",
            index=models.Index(fields=["customer", "pgh_id"], name="traits_history"),
        ),
        migrations.AddIndex(
            model_name="transactionstatusevent",
            index=models.Index(fields=["customer", "pgh_id"], name="transactionstatus_history"),
        ),
        migrations.AddIndex(
            model_name="relationevent",
            index=models.Index(fields=["from_customer", "pgh_id"], name="relation_history_from_customer"),
        ),
        migrations.AddIndex(
            model_name="relationevent",
            index=models.Index(fields=["to_customer", "pgh_id"], name="relation_history_to_customer"),
        ),
    ])]
