import feedback.models.invitation
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0025_codes_and_channels'),
    ]

    operations = [
        migrations.AlterField(
            model_name='invitation',
            name='code',
            field=models.CharField(default=feedback.models.invitation.new_code, editable=False, max_length=10, unique=True, verbose_name='Code'),
        ),
    ]
