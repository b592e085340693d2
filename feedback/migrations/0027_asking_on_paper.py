import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from portcrm.one_step import OneStep


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0026_every_invitation_has_a_code'),
    ]

    operations = [OneStep([
        pgtrigger.migrations.RemoveTrigger(
            model_name='programme',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='programme',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='programme',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='programme',
            name='asks_on_paper',
            field=models.BooleanField(default=False, verbose_name='Ask contacts without an e-mail address on paper'),
        ),
        migrations.AddField(
            model_name='programmeevent',
            name='asks_on_paper',
            field=models.BooleanField(default=False, verbose_name='Ask contacts without an e-mail address on paper'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "feedback_programmeevent" ("asks_on_paper", "contact_roles", "customer_statuses", "customer_tiers", "day_of_month", "days_open", "id", "is_active", "low_overall_at_most", "low_recommend_at_most", "name_en", "name_zh", "next_run_on", "owner_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questionnaire_id", "remind_after_days", "reminders") SELECT new_values."asks_on_paper", new_values."contact_roles", new_values."customer_statuses", new_values."customer_tiers", new_values."day_of_month", new_values."days_open", new_values."id", new_values."is_active", new_values."low_overall_at_most", new_values."low_recommend_at_most", new_values."name_en", new_values."name_zh", new_values."next_run_on", new_values."owner_id", new_values."period", _pgh_attached_context.value, clock_timestamp(), \'insert\', new_values."id", new_values."questionnaire_id", new_values."remind_after_days", new_values."reminders" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='9e133d199ee713d88e7bdb02bae3659b22cf7b57', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_d9cb7', referencing='REFERENCING NEW TABLE AS new_values ', table='feedback_programme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "feedback_programmeevent" ("asks_on_paper", "contact_roles", "customer_statuses", "customer_tiers", "day_of_month", "days_open", "id", "is_active", "low_overall_at_most", "low_recommend_at_most", "name_en", "name_zh", "next_run_on", "owner_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questionnaire_id", "remind_after_days", "reminders") SELECT new_values."asks_on_paper", new_values."contact_roles", new_values."customer_statuses", new_values."customer_tiers", new_values."day_of_month", new_values."days_open", new_values."id", new_values."is_active", new_values."low_overall_at_most", new_values."low_recommend_at_most", new_values."name_en", new_values."name_zh", new_values."next_run_on", new_values."owner_id", new_values."period", _pgh_attached_context.value, clock_timestamp(), \'update\', new_values."id", new_values."questionnaire_id", new_values."remind_after_days", new_values."reminders" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='36d92bc13ec6d2720b2799ba60a3f2bc94aa58af', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_5314e', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='feedback_programme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "feedback_programmeevent" ("asks_on_paper", "contact_roles", "customer_statuses", "customer_tiers", "day_of_month", "days_open", "id", "is_active", "low_overall_at_most", "low_recommend_at_most", "name_en", "name_zh", "next_run_on", "owner_id", "period", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questionnaire_id", "remind_after_days", "reminders") SELECT old_values."asks_on_paper", old_values."contact_roles", old_values."customer_statuses", old_values."customer_tiers", old_values."day_of_month", old_values."days_open", old_values."id", old_values."is_active", old_values."low_overall_at_most", old_values."low_recommend_at_most", old_values."name_en", old_values."name_zh", old_values."next_run_on", old_values."owner_id", old_values."period", _pgh_attached_context.value, clock_timestamp(), \'delete\', old_values."id", old_values."questionnaire_id", old_values."remind_after_days", old_values."reminders" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='dfab5d9348b2871c7a9ab291cc1d25d6685aed51', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_d31c5', referencing='REFERENCING OLD TABLE AS old_values ', table='feedback_programme', when='AFTER')),
        ),
    ])]
