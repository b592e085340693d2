from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0012_cases_closed_before'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), models.Q(('closing_word__in', ('agreed', 'before')), models.Q(models.Q(('closing_word', ''), _negated=True), models.Q(('closing_reason', ''), _negated=True)), _connector='OR')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closing_reason', ''), ('closing_word', '')), _connector='OR'), name='closed_complaint_has_the_customers_word_or_a_reason'),
        ),
    ]
