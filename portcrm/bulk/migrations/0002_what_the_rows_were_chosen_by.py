from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bulk', '0001_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='bulkrun',
            name='names',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='bulkrun',
            name='ticked',
            field=models.BooleanField(default=False),
        ),
    ]
