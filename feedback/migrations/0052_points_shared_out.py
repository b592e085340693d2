
from django.db import migrations, models

from portcrm.one_step import OneStep


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0051_low_marks_of_confidential_waves'),
    ]

    operations = [OneStep([
        migrations.RemoveConstraint(
            model_name='item',
            name='item_kind_is_known',
        ),
        migrations.AddField(
            model_name='gapresult',
            name='points',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='waveresult',
            name='gap_weighted',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='waveresult',
            name='gap_weighted_high',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='waveresult',
            name='gap_weighted_low',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='waveresult',
            name='gap_weighted_n',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='item',
            name='kind',
            field=models.CharField(choices=[('rating', 'Rating'), ('recommend', 'Would recommend 0 to 10'), ('comment', 'Comment'), ('single', 'One of several answers'), ('multiple', 'Any of several answers'), ('file', 'Files'), ('split', '100 points to share out')], max_length=12, verbose_name='Kind'),
        ),
        migrations.AlterField(
            model_name='itemevent',
            name='kind',
            field=models.CharField(choices=[('rating', 'Rating'), ('recommend', 'Would recommend 0 to 10'), ('comment', 'Comment'), ('single', 'One of several answers'), ('multiple', 'Any of several answers'), ('file', 'Files'), ('split', '100 points to share out')], max_length=12, verbose_name='Kind'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['rating', 'recommend', 'comment', 'single', 'multiple', 'file', 'split'])), name='item_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'split')), fields=('version',), name='a_form_shares_its_points_out_once'),
        ),
    ])]
