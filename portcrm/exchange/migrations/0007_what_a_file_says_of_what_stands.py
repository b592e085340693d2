import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0006_rows_that_contradict'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.BigIntegerField()),
                ('mark', models.BigIntegerField()),
                ('lines', models.JSONField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='exchange.importrun')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'target'), name='an_import_states_a_record_once')],
            },
        ),
    ]
