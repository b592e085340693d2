import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portcrm.one_step import OneStep


class Migration(migrations.Migration):
    """An index that another covers goes, and one that misled the planner; the pool in its order and the erasing of a person get one."""

    dependencies = [
        ("customers", "0021_names_carry_what_is_searched"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [OneStep([
        migrations.RemoveIndex(model_name="customer", name="customer_code_starts"),
        migrations.AlterField(
            model_name="customer",
            name="account_manager",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="customers",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Account manager",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["sort_key", "id"], condition=models.Q(account_manager=None), name="customer_pool"),
        ),
        migrations.AddIndex(
            model_name="interactionevent",
            index=models.Index(fields=["customer"], name="interaction_states"),
        ),
    ])]
