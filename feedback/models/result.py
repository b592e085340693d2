from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.questionnaire import Item
from feedback.models.wave import Wave


class WaveResult(models.Model):
    """Figures of a wave as a job computed them: when, by which version, from how many answers up to which one."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="result")
    computed_at = models.DateTimeField(_("Computed at"))
    method_version = models.PositiveSmallIntegerField(_("Version of the calculation"))
    watermark = models.BigIntegerField(default=0)  # highest response version read; 0 = none
    invited = models.PositiveIntegerField(default=0)
    responses = models.PositiveIntegerField(default=0)
    overall_n = models.PositiveIntegerField(default=0)
    overall_mean = models.FloatField(null=True)
    top_two = models.FloatField(null=True)  # share 0..1 of 4 and 5
    top_two_low = models.FloatField(null=True)
    top_two_high = models.FloatField(null=True)
    promoters = models.PositiveIntegerField(default=0)
    passives = models.PositiveIntegerField(default=0)
    detractors = models.PositiveIntegerField(default=0)
    recommend = models.FloatField(null=True)  # -1..1
    recommend_low = models.FloatField(null=True)
    recommend_high = models.FloatField(null=True)

    @property
    def recommend_n(self) -> int:
        return self.promoters + self.passives + self.detractors


class ItemResult(models.Model):
    """One item's figures in a wave; no mean where nobody rated."""

    result = models.ForeignKey(WaveResult, models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    n = models.PositiveIntegerField()
    not_applicable = models.PositiveIntegerField()
    mean = models.FloatField(null=True)
    top_two = models.FloatField(null=True)
    top_two_low = models.FloatField(null=True)
    top_two_high = models.FloatField(null=True)

    class Meta:
        ordering = ("result", "item__position")
        constraints = [models.UniqueConstraint(fields=("result", "item"), name="item_has_one_result_a_wave")]


class GroupResult(models.Model):
    """Overall satisfaction of one group of customers in a wave; a hidden group keeps neither count nor mean."""

    result = models.ForeignKey(WaveResult, models.CASCADE, related_name="groups")
    dimension = models.CharField(max_length=20)  # "tier"
    group = models.CharField(max_length=40)
    hidden = models.BooleanField()
    n = models.PositiveIntegerField(null=True)
    mean = models.FloatField(null=True)

    class Meta:
        ordering = ("result", "dimension", "group")
        constraints = [
            models.UniqueConstraint(fields=("result", "dimension", "group"), name="group_has_one_result_a_wave"),
            models.CheckConstraint(
                condition=models.Q(hidden=False) | models.Q(n__isnull=True, mean__isnull=True), name="hidden_group_keeps_no_figure"
            ),
        ]
