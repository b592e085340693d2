from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0007_what_a_file_says_of_what_stands'),
    ]

    operations = [
        migrations.AddField(
            model_name='importproblem',
            name='may_create',
            field=models.BooleanField(default=True),
        ),
    ]
