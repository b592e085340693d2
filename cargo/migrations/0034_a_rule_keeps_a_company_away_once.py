from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cargo', '0033_count_what_candidates_were_found_with'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.UniqueConstraint(condition=models.Q(('rule__isnull', False)), fields=('name_key',), name='a_rule_keeps_a_company_away_once'),
        ),
    ]
