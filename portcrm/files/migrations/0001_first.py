import django.db.models.deletion
import django.utils.timezone
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
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('file', models.FileField(max_length=200, upload_to='files/%Y/%m')),
                ('size', models.BigIntegerField()),
                ('kind', models.CharField(max_length=10)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record', models.CharField(max_length=60)),
                ('object_pk', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=200, verbose_name='File')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Added on')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='By')),
                ('stored', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='files.storedfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('record', 'object_pk', 'stored'), name='a_record_carries_a_file_once')],
            },
        ),
        migrations.CreateModel(
            name='AttachmentEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.BigIntegerField()),
                ('record', models.CharField(max_length=60)),
                ('object_pk', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=200, verbose_name='File')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='Added on')),
                ('created_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='By')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='files.attachment')),
                ('stored', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='files.storedfile')),
            ],
            options={
                'abstract': False,
            },
        ),
        portcrm.audit.trigger_operations.AddTriggers(
            triggers={'attachment': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "files_attachmentevent" ("created_at", "created_by_id", "id", "name", "object_pk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record", "stored_id") SELECT new_values."created_at", new_values."created_by_id", new_values."id", new_values."name", new_values."object_pk", _pgh_attached_context.value, clock_timestamp(), \'insert\', new_values."id", new_values."record", new_values."stored_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='4d3b348f996f69a3a4b34ad11ce3ad84194975c5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_db742', referencing='REFERENCING NEW TABLE AS new_values ', table='files_attachment', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "files_attachmentevent" ("created_at", "created_by_id", "id", "name", "object_pk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record", "stored_id") SELECT new_values."created_at", new_values."created_by_id", new_values."id", new_values."name", new_values."object_pk", _pgh_attached_context.value, clock_timestamp(), \'update\', new_values."id", new_values."record", new_values."stored_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='b2b460c5ffbe802fa4f5f472285e44f3be90230b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_3aaf4', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='files_attachment', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "files_attachmentevent" ("created_at", "created_by_id", "id", "name", "object_pk", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record", "stored_id") SELECT old_values."created_at", old_values."created_by_id", old_values."id", old_values."name", old_values."object_pk", _pgh_attached_context.value, clock_timestamp(), \'delete\', old_values."id", old_values."record", old_values."stored_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='c48a98f00facd53ce46d53b0334b55729c2062e4', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_6082f', referencing='REFERENCING OLD TABLE AS old_values ', table='files_attachment', when='AFTER'))], 'attachmentevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9d4633e11d6b85fa598232c76169776dbcf64b22', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_771c0', table='files_attachmentevent', when='BEFORE'))]},
        ),
    ])]
