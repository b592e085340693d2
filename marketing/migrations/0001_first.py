import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import portcrm.audit.trigger_operations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models
from portcrm.one_step import OneStep


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cargo', '0003_reference_data'),
        ('customers', '0002_reference_lists'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [OneStep([
        migrations.CreateModel(
            name='ValueModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='Version')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_force', 'In force'), ('retired', 'Retired')], default='draft', max_length=10, verbose_name='State')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Reason for this version')),
                ('scaling', models.CharField(choices=[('percentile', 'Percentile rank'), ('min_max', 'Min–max')], default='percentile', max_length=12, verbose_name='Scaling')),
                ('window_months', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='Window in months')),
                ('class_measure', models.CharField(choices=[('tonnes', 'Tonnes'), ('revenue', 'Revenue'), ('contribution', 'Contribution'), ('score', 'Score')], default='tonnes', max_length=12, verbose_name='Classes are cut by the share of')),
                ('a_until', models.PositiveSmallIntegerField(default=80, verbose_name='Class A up to (per cent)')),
                ('b_until', models.PositiveSmallIntegerField(default=95, verbose_name='Class B up to (per cent)')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Drafted on')),
                ('in_force_since', models.DateTimeField(blank=True, null=True, verbose_name='In force since')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='Retired on')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Drafted by')),
                ('in_force_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Put in force by')),
            ],
            options={
                'verbose_name': 'Value model',
                'ordering': ('-version',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('state',), name='only_one_value_model_is_in_force'), models.CheckConstraint(condition=models.Q(('a_until__gt', 0), ('a_until__lt', models.F('b_until')), ('b_until__lt', 100)), name='class_cut_offs_rise_from_a_to_b'), models.CheckConstraint(condition=models.Q(('window_months__gte', 1), ('window_months__lte', 60)), name='value_window_is_1_to_60_months'), models.CheckConstraint(condition=models.Q(models.Q(('in_force_by__isnull', True), ('in_force_since__isnull', True)), models.Q(('in_force_by__isnull', False), ('in_force_since__isnull', False)), _connector='OR'), name='value_model_in_force_has_when_and_who')],
            },
        ),
        migrations.CreateModel(
            name='ModelWeight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('criterion', models.CharField(choices=[('tonnes', 'Tonnes'), ('revenue', 'Revenue'), ('contribution', 'Contribution'), ('growth', 'Growth'), ('recency', 'Recency'), ('satisfaction', 'Satisfaction')], max_length=20, verbose_name='Criterion')),
                ('weight', models.DecimalField(decimal_places=1, max_digits=5, verbose_name='Weight in per cent')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='weights', to='marketing.valuemodel')),
            ],
            options={
                'verbose_name': 'Weight',
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('model', 'criterion'), name='a_criterion_is_weighed_once_per_model'), models.CheckConstraint(condition=models.Q(('weight__gte', 0), ('weight__lte', Decimal('100'))), name='a_weight_is_0_to_100_per_cent')],
            },
        ),
        migrations.CreateModel(
            name='RankingRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField(verbose_name='As of')),
                ('origin', models.CharField(choices=[('monthly', 'Month end'), ('by_hand', 'Run now'), ('sample', 'Sample data')], default='by_hand', max_length=10, verbose_name='Started')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10, verbose_name='State')),
                ('step', models.CharField(choices=[('queued', 'Waiting for a worker'), ('reading', 'Reading the ledger'), ('scoring', 'Scoring customers'), ('writing', 'Writing and checking the ranking'), ('storing', 'Storing values on the customer files'), ('complete', 'Complete')], default='queued', max_length=10, verbose_name='Step')),
                ('problem', models.CharField(blank=True, max_length=300, verbose_name='Problem')),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='Asked for at')),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='Started at')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='Finished at')),
                ('stored_at', models.DateTimeField(blank=True, null=True, verbose_name='Stored on customer files at')),
                ('window_start', models.DateField(verbose_name='Window from')),
                ('before_start', models.DateField(verbose_name='Window before from')),
                ('ledger_mark', models.BigIntegerField(blank=True, null=True, verbose_name='Last ledger row read')),
                ('ledger_rows', models.PositiveIntegerField(blank=True, null=True, verbose_name='Ledger rows in the window')),
                ('customers', models.PositiveIntegerField(blank=True, null=True, verbose_name='Customers')),
                ('ranked', models.PositiveIntegerField(blank=True, null=True, verbose_name='Ranked')),
                ('criteria', models.JSONField(blank=True, default=list)),
                ('excluded', models.JSONField(blank=True, default=dict)),
                ('totals', models.JSONField(blank=True, default=dict)),
                ('classes', models.JSONField(blank=True, default=list)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Asked for by')),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='marketing.rankingrun', verbose_name='Compared with')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='marketing.valuemodel', verbose_name='Value model')),
            ],
            options={
                'verbose_name': 'Ranking run',
                'ordering': ('-as_of', '-pk'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'running'))), fields=('as_of', 'model'), name='one_open_run_per_date_and_value_model'), models.UniqueConstraint(condition=models.Q(('origin', 'monthly'), ('state__in', ['waiting', 'running', 'done'])), fields=('as_of',), name='one_month_end_run_per_date'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('finished_at__isnull', False), ('ledger_mark__isnull', False), ('ranked__isnull', False)), _connector='OR'), name='a_finished_run_says_when_and_what')],
            },
        ),
        migrations.CreateModel(
            name='ValueModelEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(verbose_name='Version')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_force', 'In force'), ('retired', 'Retired')], default='draft', max_length=10, verbose_name='State')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Reason for this version')),
                ('scaling', models.CharField(choices=[('percentile', 'Percentile rank'), ('min_max', 'Min–max')], default='percentile', max_length=12, verbose_name='Scaling')),
                ('window_months', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='Window in months')),
                ('class_measure', models.CharField(choices=[('tonnes', 'Tonnes'), ('revenue', 'Revenue'), ('contribution', 'Contribution'), ('score', 'Score')], default='tonnes', max_length=12, verbose_name='Classes are cut by the share of')),
                ('a_until', models.PositiveSmallIntegerField(default=80, verbose_name='Class A up to (per cent)')),
                ('b_until', models.PositiveSmallIntegerField(default=95, verbose_name='Class B up to (per cent)')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='Drafted on')),
                ('in_force_since', models.DateTimeField(blank=True, null=True, verbose_name='In force since')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='Retired on')),
                ('created_by', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Drafted by')),
                ('in_force_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Put in force by')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='marketing.valuemodel')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ModelWeightEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('id', models.BigIntegerField()),
                ('criterion', models.CharField(choices=[('tonnes', 'Tonnes'), ('revenue', 'Revenue'), ('contribution', 'Contribution'), ('growth', 'Growth'), ('recency', 'Recency'), ('satisfaction', 'Satisfaction')], max_length=20, verbose_name='Criterion')),
                ('weight', models.DecimalField(decimal_places=1, max_digits=5, verbose_name='Weight in per cent')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='marketing.modelweight')),
                ('model', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='marketing.valuemodel')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RankingQuantity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='Quantity')),
                ('lots', models.IntegerField(verbose_name='Lots')),
                ('position', models.PositiveIntegerField(verbose_name='Place in order')),
                ('rank', models.PositiveIntegerField(verbose_name='Rank')),
                ('previous_rank', models.PositiveIntegerField(null=True, verbose_name='Previous rank')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer', verbose_name='Customer')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cargo.unit', verbose_name='Unit')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quantities', to='marketing.rankingrun')),
            ],
            options={
                'verbose_name': 'Quantity in a ranking',
                'ordering': ('run', 'unit', 'position'),
                'constraints': [models.UniqueConstraint(fields=('run', 'unit', 'position'), name='a_position_is_given_once_per_run_and_unit'), models.UniqueConstraint(fields=('customer', 'run', 'unit'), name='a_customer_has_one_quantity_per_run_and_unit')],
            },
        ),
        migrations.CreateModel(
            name='DashboardSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('concentration', models.JSONField()),
                ('classes', models.JSONField()),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='snapshot', to='marketing.rankingrun')),
            ],
            options={
                'verbose_name': 'Dashboard figures',
            },
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField(auto_now_add=True, verbose_name='Checked at')),
                ('ledger_mark', models.BigIntegerField()),
                ('agrees', models.BooleanField(verbose_name='Agrees')),
                ('lines', models.JSONField()),
                ('customers', models.JSONField(default=list)),
                ('checked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Checked by')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reconciliations', to='marketing.rankingrun')),
            ],
            options={
                'verbose_name': 'Reconciliation',
                'ordering': ('-checked_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='RankingRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='Place in order')),
                ('rank', models.PositiveIntegerField(verbose_name='Rank')),
                ('value_class', models.CharField(choices=[('A', 'Class A'), ('B', 'Class B'), ('C', 'Class C')], max_length=1, verbose_name='Value class')),
                ('score', models.DecimalField(decimal_places=3, max_digits=6, verbose_name='Score')),
                ('parts', models.JSONField()),
                ('share_before', models.DecimalField(decimal_places=4, max_digits=7)),
                ('share_after', models.DecimalField(decimal_places=4, max_digits=7, verbose_name='Cumulative share')),
                ('tonnes', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='Tonnes')),
                ('tonnes_before', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='Tonnes in the window before')),
                ('teu', models.DecimalField(decimal_places=3, max_digits=18, verbose_name='TEU')),
                ('lots', models.IntegerField(verbose_name='Lots')),
                ('ledger_rows', models.IntegerField(verbose_name='Ledger rows')),
                ('revenue', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='Revenue')),
                ('cost', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='Cost')),
                ('contribution', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='Contribution')),
                ('rows_without_revenue', models.IntegerField(default=0)),
                ('rows_without_cost', models.IntegerField(default=0)),
                ('growth', models.DecimalField(decimal_places=1, max_digits=12, null=True, verbose_name='Growth in per cent')),
                ('last_handled_on', models.DateField(verbose_name='Last cargo on')),
                ('satisfaction', models.DecimalField(decimal_places=3, max_digits=5, null=True, verbose_name='Satisfaction')),
                ('answers', models.PositiveIntegerField(default=0, verbose_name='Answers')),
                ('open_complaints', models.PositiveIntegerField(default=0, verbose_name='Open complaints')),
                ('months', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=3, max_digits=18), null=True, size=None)),
                ('rank_by_tonnes', models.PositiveIntegerField(verbose_name='Rank by tonnes')),
                ('rank_by_revenue', models.PositiveIntegerField(null=True, verbose_name='Rank by revenue')),
                ('rank_by_contribution', models.PositiveIntegerField(null=True, verbose_name='Rank by contribution')),
                ('previous_rank', models.PositiveIntegerField(null=True, verbose_name='Previous rank')),
                ('movement', models.IntegerField(null=True, verbose_name='Movement')),
                ('previous_class', models.CharField(blank=True, choices=[('A', 'Class A'), ('B', 'Class B'), ('C', 'Class C')], max_length=1)),
                ('previous_score', models.DecimalField(decimal_places=3, max_digits=6, null=True)),
                ('reasons', models.JSONField(default=list)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ranking_rows', to='customers.customer', verbose_name='Customer')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='marketing.rankingrun')),
            ],
            options={
                'verbose_name': 'Ranking row',
                'ordering': ('run', 'position'),
                'constraints': [models.UniqueConstraint(fields=('run', 'position'), name='a_position_is_given_once_per_run'), models.UniqueConstraint(fields=('customer', 'run'), name='a_customer_stands_once_in_a_run'), models.CheckConstraint(condition=models.Q(('score__gte', 0), ('score__lte', 100)), name='a_score_is_0_to_100')],
            },
        ),
        portcrm.audit.trigger_operations.AddTriggers(
            triggers={'modelweight': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "marketing_modelweightevent" ("criterion", "id", "model_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weight") SELECT new_values."criterion", new_values."id", new_values."model_id", _pgh_attached_context.value, clock_timestamp(), \'insert\', new_values."id", new_values."weight" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='2f2ac5a0b85bbec4d566ef7dc089bcee9c115fdc', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_aceca', referencing='REFERENCING NEW TABLE AS new_values ', table='marketing_modelweight', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "marketing_modelweightevent" ("criterion", "id", "model_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weight") SELECT new_values."criterion", new_values."id", new_values."model_id", _pgh_attached_context.value, clock_timestamp(), \'update\', new_values."id", new_values."weight" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='5796c17b79c412cf0c2d64cfc9a75562e7c23a19', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_cd13d', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='marketing_modelweight', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "marketing_modelweightevent" ("criterion", "id", "model_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "weight") SELECT old_values."criterion", old_values."id", old_values."model_id", _pgh_attached_context.value, clock_timestamp(), \'delete\', old_values."id", old_values."weight" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='93e893b07ae66d4f4548e993a3a57ed5652a3f0b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_58786', referencing='REFERENCING OLD TABLE AS old_values ', table='marketing_modelweight', when='AFTER'))], 'modelweightevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dc9b78a0cd6790470f4dec6fd1cd99d3f4b9c9eb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_da4b5', table='marketing_modelweightevent', when='BEFORE'))], 'rankingquantity': [pgtrigger.compiler.Trigger(name='ranking_quantity_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."run_id" IS DISTINCT FROM (NEW."run_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."quantity" IS DISTINCT FROM (NEW."quantity") OR OLD."lots" IS DISTINCT FROM (NEW."lots") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."rank" IS DISTINCT FROM (NEW."rank") OR OLD."previous_rank" IS DISTINCT FROM (NEW."previous_rank"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='79da0bcc8115e19f9fd8a5d1b052b375cb2eb5ac', operation='UPDATE', pgid='pgtrigger_ranking_quantity_is_frozen_5c84c', table='marketing_rankingquantity', when='BEFORE'))], 'rankingrow': [pgtrigger.compiler.Trigger(name='ranking_row_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."run_id" IS DISTINCT FROM (NEW."run_id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."rank" IS DISTINCT FROM (NEW."rank") OR OLD."value_class" IS DISTINCT FROM (NEW."value_class") OR OLD."score" IS DISTINCT FROM (NEW."score") OR OLD."parts" IS DISTINCT FROM (NEW."parts") OR OLD."share_before" IS DISTINCT FROM (NEW."share_before") OR OLD."share_after" IS DISTINCT FROM (NEW."share_after") OR OLD."tonnes" IS DISTINCT FROM (NEW."tonnes") OR OLD."tonnes_before" IS DISTINCT FROM (NEW."tonnes_before") OR OLD."teu" IS DISTINCT FROM (NEW."teu") OR OLD."lots" IS DISTINCT FROM (NEW."lots") OR OLD."ledger_rows" IS DISTINCT FROM (NEW."ledger_rows") OR OLD."revenue" IS DISTINCT FROM (NEW."revenue") OR OLD."cost" IS DISTINCT FROM (NEW."cost") OR OLD."contribution" IS DISTINCT FROM (NEW."contribution") OR OLD."rows_without_revenue" IS DISTINCT FROM (NEW."rows_without_revenue") OR OLD."rows_without_cost" IS DISTINCT FROM (NEW."rows_without_cost") OR OLD."growth" IS DISTINCT FROM (NEW."growth") OR OLD."last_handled_on" IS DISTINCT FROM (NEW."last_handled_on") OR OLD."satisfaction" IS DISTINCT FROM (NEW."satisfaction") OR OLD."answers" IS DISTINCT FROM (NEW."answers") OR OLD."open_complaints" IS DISTINCT FROM (NEW."open_complaints") OR OLD."months" IS DISTINCT FROM (NEW."months") OR OLD."rank_by_tonnes" IS DISTINCT FROM (NEW."rank_by_tonnes") OR OLD."rank_by_revenue" IS DISTINCT FROM (NEW."rank_by_revenue") OR OLD."rank_by_contribution" IS DISTINCT FROM (NEW."rank_by_contribution") OR OLD."previous_rank" IS DISTINCT FROM (NEW."previous_rank") OR OLD."movement" IS DISTINCT FROM (NEW."movement") OR OLD."previous_class" IS DISTINCT FROM (NEW."previous_class") OR OLD."previous_score" IS DISTINCT FROM (NEW."previous_score") OR OLD."reasons" IS DISTINCT FROM (NEW."reasons"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d9561d4c23fc6e0f088c82790d32d36551de6a77', operation='UPDATE', pgid='pgtrigger_ranking_row_is_frozen_f8e00', table='marketing_rankingrow', when='BEFORE'))], 'valuemodel': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "marketing_valuemodelevent" ("a_until", "b_until", "class_measure", "created_at", "created_by_id", "id", "in_force_by_id", "in_force_since", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "scaling", "state", "version", "window_months") SELECT new_values."a_until", new_values."b_until", new_values."class_measure", new_values."created_at", new_values."created_by_id", new_values."id", new_values."in_force_by_id", new_values."in_force_since", new_values."note", _pgh_attached_context.value, clock_timestamp(), \'insert\', new_values."id", new_values."retired_at", new_values."scaling", new_values."state", new_values."version", new_values."window_months" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='dad37f235f492467fe85b5bbfcb0031363425856', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_19eb4', referencing='REFERENCING NEW TABLE AS new_values ', table='marketing_valuemodel', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "marketing_valuemodelevent" ("a_until", "b_until", "class_measure", "created_at", "created_by_id", "id", "in_force_by_id", "in_force_since", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "scaling", "state", "version", "window_months") SELECT new_values."a_until", new_values."b_until", new_values."class_measure", new_values."created_at", new_values."created_by_id", new_values."id", new_values."in_force_by_id", new_values."in_force_since", new_values."note", _pgh_attached_context.value, clock_timestamp(), \'update\', new_values."id", new_values."retired_at", new_values."scaling", new_values."state", new_values."version", new_values."window_months" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='e66505eb8d5e521f5805fe67da06572dd9724d14', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_6ac51', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='marketing_valuemodel', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "marketing_valuemodelevent" ("a_until", "b_until", "class_measure", "created_at", "created_by_id", "id", "in_force_by_id", "in_force_since", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "scaling", "state", "version", "window_months") SELECT old_values."a_until", old_values."b_until", old_values."class_measure", old_values."created_at", old_values."created_by_id", old_values."id", old_values."in_force_by_id", old_values."in_force_since", old_values."note", _pgh_attached_context.value, clock_timestamp(), \'delete\', old_values."id", old_values."retired_at", old_values."scaling", old_values."state", old_values."version", old_values."window_months" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f954657b191f84c91bff97c2e6b7e0fbbc14328b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_61dd7', referencing='REFERENCING OLD TABLE AS old_values ', table='marketing_valuemodel', when='AFTER'))], 'valuemodelevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0d801e91b16278b3ce7396a9477b92635c7626bc', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f7925', table='marketing_valuemodelevent', when='BEFORE'))]},
        ),
    ])]
