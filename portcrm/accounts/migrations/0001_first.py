import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import portcrm.audit.trigger_operations
from django.conf import settings
from django.db import migrations, models
from portcrm.one_step import OneStep


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [OneStep([
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(blank=True, max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='Code')),
            ],
            options={
                'verbose_name': 'Department',
                'verbose_name_plural': 'Departments',
                'ordering': ('code',),
            },
        ),
        migrations.CreateModel(
            name='DepartmentEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.BigIntegerField()),
                ('name_zh', models.CharField(blank=True, max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('code', models.SlugField(db_index=False, max_length=40, verbose_name='Code')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='E-mail')),
                ('name', models.CharField(max_length=100, verbose_name='Name')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='Name in English')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('marketing_staff', 'Marketing staff'), ('operations_staff', 'Operations staff'), ('customer_service', 'Customer service'), ('manager', 'Manager'), ('administrator', 'Administrator'), ('auditor', 'Auditor')], max_length=30), blank=True, default=list, size=None, verbose_name='Roles')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='Language')),
                ('theme', models.CharField(choices=[('auto', 'As the device'), ('light', 'Light'), ('dark', 'Dark')], default='auto', max_length=5, verbose_name='Theme')),
                ('time_zone', models.CharField(blank=True, max_length=50, verbose_name='Time zone')),
                ('is_active', models.BooleanField(default=True, verbose_name='Account open')),
                ('is_system', models.BooleanField(default=False, editable=False)),
                ('date_joined', models.DateTimeField(auto_now_add=True, verbose_name='Since')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.department', verbose_name='Department')),
            ],
            options={
                'verbose_name': 'Person',
                'verbose_name_plural': 'People',
                'indexes': [models.Index(fields=['name', 'id'], name='user_by_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='email_of_a_user_is_in_small_letters'), models.CheckConstraint(condition=models.Q(('roles__contained_by', ['marketing_staff', 'operations_staff', 'customer_service', 'manager', 'administrator', 'auditor'])), name='roles_of_a_user_are_known'), models.CheckConstraint(condition=models.Q(('is_system', False), ('is_active', False), _connector='OR'), name='system_user_cannot_log_in')],
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.BigIntegerField()),
                ('email', models.EmailField(max_length=254, verbose_name='E-mail')),
                ('name', models.CharField(max_length=100, verbose_name='Name')),
                ('name_en', models.CharField(blank=True, max_length=100, verbose_name='Name in English')),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('marketing_staff', 'Marketing staff'), ('operations_staff', 'Operations staff'), ('customer_service', 'Customer service'), ('manager', 'Manager'), ('administrator', 'Administrator'), ('auditor', 'Auditor')], max_length=30), blank=True, default=list, size=None, verbose_name='Roles')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='Language')),
                ('theme', models.CharField(choices=[('auto', 'As the device'), ('light', 'Light'), ('dark', 'Dark')], default='auto', max_length=5, verbose_name='Theme')),
                ('time_zone', models.CharField(blank=True, max_length=50, verbose_name='Time zone')),
                ('is_active', models.BooleanField(default=True, verbose_name='Account open')),
                ('is_system', models.BooleanField(default=False, editable=False)),
                ('date_joined', models.DateTimeField(auto_now_add=True, verbose_name='Since')),
                ('department', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department', verbose_name='Department')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        portcrm.audit.trigger_operations.AddTriggers(
            triggers={'department': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_departmentevent" ("code", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."code", new_values."id", new_values."name_en", new_values."name_zh", _pgh_attached_context.value, clock_timestamp(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='0e85b27ad9d1cfcc979a6d93dba8f8d5a084b4a6', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_b4692', referencing='REFERENCING NEW TABLE AS new_values ', table='accounts_department', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_departmentevent" ("code", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."code", new_values."id", new_values."name_en", new_values."name_zh", _pgh_attached_context.value, clock_timestamp(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='085ff6d8341eb758a6386a555d6694c2a62fac32', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_afd13', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='accounts_department', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_departmentevent" ("code", "id", "name_en", "name_zh", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."code", old_values."id", old_values."name_en", old_values."name_zh", _pgh_attached_context.value, clock_timestamp(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='fbc835e6469bdbe1f4eabb36ba84275c15aca369', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_7ff5b', referencing='REFERENCING OLD TABLE AS old_values ', table='accounts_department', when='AFTER'))], 'departmentevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d0b73ae90c10ca016650f767fcc115b9efc13513', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3f603', table='accounts_departmentevent', when='BEFORE'))], 'user': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_userevent" ("date_joined", "department_id", "email", "id", "is_active", "is_system", "language", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roles", "theme", "time_zone") SELECT new_values."date_joined", new_values."department_id", new_values."email", new_values."id", new_values."is_active", new_values."is_system", new_values."language", new_values."name", new_values."name_en", _pgh_attached_context.value, clock_timestamp(), \'insert\', new_values."id", new_values."roles", new_values."theme", new_values."time_zone" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e2101e429fcbbd3b773b29d343aed7ef0308f865', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', referencing='REFERENCING NEW TABLE AS new_values ', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_userevent" ("date_joined", "department_id", "email", "id", "is_active", "is_system", "language", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roles", "theme", "time_zone") SELECT new_values."date_joined", new_values."department_id", new_values."email", new_values."id", new_values."is_active", new_values."is_system", new_values."language", new_values."name", new_values."name_en", _pgh_attached_context.value, clock_timestamp(), \'update\', new_values."id", new_values."roles", new_values."theme", new_values."time_zone" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."date_joined" IS DISTINCT FROM (new_values."date_joined") OR old_values."department_id" IS DISTINCT FROM (new_values."department_id") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."is_system" IS DISTINCT FROM (new_values."is_system") OR old_values."language" IS DISTINCT FROM (new_values."language") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."name_en" IS DISTINCT FROM (new_values."name_en") OR old_values."roles" IS DISTINCT FROM (new_values."roles") OR old_values."theme" IS DISTINCT FROM (new_values."theme") OR old_values."time_zone" IS DISTINCT FROM (new_values."time_zone")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='c5bc1ac2e0ad7c79bb5c4e55676f4c927ba89817', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_0e890', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_userevent" ("date_joined", "department_id", "email", "id", "is_active", "is_system", "language", "name", "name_en", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "roles", "theme", "time_zone") SELECT old_values."date_joined", old_values."department_id", old_values."email", old_values."id", old_values."is_active", old_values."is_system", old_values."language", old_values."name", old_values."name_en", _pgh_attached_context.value, clock_timestamp(), \'delete\', old_values."id", old_values."roles", old_values."theme", old_values."time_zone" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='cd82f5a5d8d03fd96f5a576507068f69c88eb005', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', referencing='REFERENCING OLD TABLE AS old_values ', table='accounts_user', when='AFTER'))], 'userevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9498e73f6fbdf2642fb33fa14189f1ad2382c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45b21', table='accounts_userevent', when='BEFORE'))]},
        ),
    ])]
