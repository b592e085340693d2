"""The channel of what customers suggest on the public page, where the list was loaded before it was in it."""

from django.db import migrations

KEY = "suggestion_page"


def add_channel(apps, _schema_editor):
    Channel = apps.get_model("customers", "Channel")
    last = Channel.objects.order_by("-position").values_list("position", flat=True).first() or 0
    told = {
        "name_zh": "网上建议",
        "name_en": "Suggestion page",
        "description_zh": "客户在网上建议页面提交",
        "description_en": "Sent by customers on the public suggestion page",
    }
    Channel.objects.get_or_create(key=KEY, defaults={"family": "service", "position": last + 10, **told})


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0026_fewer_indexes_to_write'),
        ('feedback', '0035_keys_of_forms_and_hours'),
    ]

    operations = [migrations.RunPython(add_channel, migrations.RunPython.noop, elidable=True)]
