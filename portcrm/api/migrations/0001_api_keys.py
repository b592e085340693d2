import django.db.models.deletion
import pgtrigger.compiler
import portcrm.audit.trigger_operations
from django.conf import settings
from django.db import migrations, models
from portcrm.one_step import OneStep


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [OneStep([
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='What it is for')),
                ('start', models.CharField(max_length=20)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Made')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='Valid until')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='Last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='Revoked')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
                'ordering': ('-created_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ApiTokenEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=100, verbose_name='What it is for')),
                ('start', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Made')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='Valid until')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='Revoked')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='api.apitoken')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        portcrm.audit.trigger_operations.AddTriggers(
            triggers={'apitoken': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "api_apitokenevent" ("created_at", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "start", "user_id") SELECT new_values."created_at", new_values."expires_at", new_values."id", new_values."name", _pgh_attached_context.value, clock_timestamp(), \'insert\', new_values."id", new_values."revoked_at", new_values."start", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='16e2ed5d39d010c9c54c24c9f7d235df73e0344a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_d7986', referencing='REFERENCING NEW TABLE AS new_values ', table='api_apitoken', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "api_apitokenevent" ("created_at", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "start", "user_id") SELECT new_values."created_at", new_values."expires_at", new_values."id", new_values."name", _pgh_attached_context.value, clock_timestamp(), \'update\', new_values."id", new_values."revoked_at", new_values."start", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."expires_at" IS DISTINCT FROM (new_values."expires_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."revoked_at" IS DISTINCT FROM (new_values."revoked_at") OR old_values."start" IS DISTINCT FROM (new_values."start") OR old_values."user_id" IS DISTINCT FROM (new_values."user_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b6bddd88aff13977b72f382f656881fdd80dae22', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_55b1f', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='api_apitoken', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "api_apitokenevent" ("created_at", "expires_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revoked_at", "start", "user_id") SELECT old_values."created_at", old_values."expires_at", old_values."id", old_values."name", _pgh_attached_context.value, clock_timestamp(), \'delete\', old_values."id", old_values."revoked_at", old_values."start", old_values."user_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='4f92e7a92be6e51cf74c0216c9ddd9b88a775664', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_c6793', referencing='REFERENCING OLD TABLE AS old_values ', table='api_apitoken', when='AFTER'))], 'apitokenevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1df8a2cc41dd5a6607c1efbe89ab9e567748ccac', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b8b46', table='api_apitokenevent', when='BEFORE'))]},
        ),
    ])]
