from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from feedback.models.questionnaire import Item, ItemOption, Section
from feedback.models.wave import Wave


class WaveResult(models.Model):
    """Figures of a wave as a job computed them: when, by which version, from how many answers up to which one.

    All intervals are of 95 %, narrowed for the finite number of people asked where that is known; those of means are t intervals.
    """

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="result")
    computed_at = models.DateTimeField(_("Computed at"))
    method_version = models.PositiveSmallIntegerField(_("Version of the calculation"))
    watermark = models.BigIntegerField(default=0)  # highest response version read; 0 = none
    # A version with a lower number can be committed after a higher one: only both numbers together tell that all were read.
    versions = models.PositiveIntegerField(default=0)
    invited = models.PositiveIntegerField(default=0)
    # Who answered, and of the others whom a mail or a paper reached: none that was given up, held back, bounced or never written.
    reached = models.PositiveIntegerField(default=0)
    responses = models.PositiveIntegerField(default=0)
    overall_n = models.PositiveIntegerField(default=0)
    overall_mean = models.FloatField(null=True)
    overall_low = models.FloatField(null=True)
    overall_high = models.FloatField(null=True)
    customers = models.PositiveIntegerField(default=0)  # how many customers the scored answers come from
    customer_mean = models.FloatField(null=True)  # each customer counts once, with the mean of its answers
    customer_low = models.FloatField(null=True)
    customer_high = models.FloatField(null=True)
    weighted_mean = models.FloatField(null=True)  # each customer counts by the tonnes of its last 12 months
    weighted_n = models.FloatField(null=True)  # how many customers of equal weight would be as exact
    top_two = models.FloatField(null=True)  # share 0..1 of 4 and 5
    top_two_low = models.FloatField(null=True)
    top_two_high = models.FloatField(null=True)
    promoters = models.PositiveIntegerField(default=0)
    passives = models.PositiveIntegerField(default=0)
    detractors = models.PositiveIntegerField(default=0)
    recommend = models.FloatField(null=True)  # -1..1
    recommend_low = models.FloatField(null=True)
    recommend_high = models.FloatField(null=True)
    gap_overall = models.FloatField(null=True)  # mean of the gaps of the pages, see GapResult
    gap_overall_low = models.FloatField(null=True)  # of the own gaps of those (`gap_overall_n`) who answered a pair of every page
    gap_overall_high = models.FloatField(null=True)
    gap_overall_n = models.PositiveIntegerField(default=0)
    gap_weighted = models.FloatField(null=True)  # mean of the respondents' own gaps, each weighted with the points they gave
    gap_weighted_low = models.FloatField(null=True)
    gap_weighted_high = models.FloatField(null=True)
    gap_weighted_n = models.PositiveIntegerField(default=0)

    @property
    def recommend_n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def population(self) -> int | None:
        """How many people the figures are of, where that is known: those reached; of a drawn sample they are only a part."""
        return None if self.wave.sample_frame else self.reached

    @property
    def rate(self) -> float | None:
        """Share 0..1 of the people reached who answered; None where nobody was reached."""
        return min(1.0, self.responses / self.reached) if self.reached else None

    @property
    def covers_closing(self) -> bool:
        """Whether a closed wave was counted after its closing."""
        return self.wave.closed_at is None or self.computed_at >= self.wave.closed_at


class ItemResult(models.Model):
    """One item's figures in a wave; no mean where nobody rated."""

    result = models.ForeignKey(WaveResult, models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    n = models.PositiveIntegerField()
    not_applicable = models.PositiveIntegerField()
    mean = models.FloatField(null=True)
    deviation = models.FloatField(null=True)  # of the ratings, by n - 1; None below two
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    top_two = models.FloatField(null=True)
    top_two_low = models.FloatField(null=True)
    top_two_high = models.FloatField(null=True)

    class Meta:
        ordering = ("result", "item__position")
        constraints = [models.UniqueConstraint(fields=("result", "item"), name="item_has_one_result_a_wave")]

    @property
    def height(self) -> float:
        """Where the mean lies on its scale, 0..1, by which items are put in order: 5 of 7 is less than 4 of 5. Only where there is one."""
        lowest, highest = self.item.minimum, self.item.maximum
        return (self.mean - lowest) / (highest - lowest) if highest > lowest else 1.0


class OptionResult(models.Model):
    """How many of those who answered a choice (`answered`, "not applicable" left out) took one option; share 0..1, Wilson interval."""

    result = models.ForeignKey(WaveResult, models.CASCADE, related_name="options")
    option = models.ForeignKey(ItemOption, models.CASCADE, related_name="+")
    answered = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    share = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()

    class Meta:
        ordering = ("result", "option__item__position", "option__position")
        constraints = [
            models.UniqueConstraint(fields=("result", "option"), name="option_has_one_result_a_wave"),
            models.CheckConstraint(condition=models.Q(n__lte=models.F("answered")), name="an_option_is_taken_by_some_of_all"),
        ]


class GapResult(models.Model):
    """One page of pairs: what is seen less what is expected, in points of the scale; of those (`n`) who answered both halves.

    `items`: the same of each pair by its key, {"gap": …, "n": …, "low": …, "high": …}; ends are null below two answers.
    """

    result = models.ForeignKey(WaveResult, models.CASCADE, related_name="gaps")
    section = models.ForeignKey(Section, models.CASCADE, related_name="+")
    n = models.PositiveIntegerField()
    gap = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    alpha = models.FloatField(null=True)  # below 0: pairs run against each other, or one is coded the wrong way round
    alpha_low = models.FloatField(null=True)
    alpha_high = models.FloatField(null=True)
    alpha_standardised = models.FloatField(null=True)
    alpha_n = models.PositiveIntegerField(default=0)  # answers to every pair of the page: alpha rests on them alone
    items = models.JSONField(default=dict)
    points = models.FloatField(null=True)  # mean of what those in `gap_weighted` gave it of their 100; it weighs nothing itself

    pairs: list[tuple[str, dict]]  # text and figures of each of its `items`, where a query gave them: queries/importance.py

    class Meta:
        ordering = ("result", "section__position")
        constraints = [models.UniqueConstraint(fields=("result", "section"), name="page_has_one_gap_a_wave")]


class GroupResult(models.Model):
    """Satisfaction of one group in a wave; a hidden group keeps neither count nor mean.

    Of customers ("tier", "key_account", "region", "type"): overall satisfaction, each customer counting once.
    Of questions ("service", by the key of its section): of all who rated one of them, each with the mean of its ratings.
    """

    result = models.ForeignKey(WaveResult, models.CASCADE, related_name="groups")
    dimension = models.CharField(max_length=20)
    group = models.CharField(max_length=200)
    hidden = models.BooleanField()
    n = models.PositiveIntegerField(null=True)  # answers
    customers = models.PositiveIntegerField(null=True)
    mean = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)

    class Meta:
        ordering = ("result", "dimension", "group")
        constraints = [
            models.UniqueConstraint(fields=("result", "dimension", "group"), name="group_has_one_result_a_wave"),
            models.CheckConstraint(
                condition=models.Q(hidden=False)
                | models.Q(n__isnull=True, customers__isnull=True, mean__isnull=True, low__isnull=True, high__isnull=True),
                name="hidden_group_keeps_no_figure",
            ),
        ]


class CustomerResult(models.Model):
    """What one customer said in a wave: the means of its answers. Named, so only for those who may read answers."""

    result = models.ForeignKey(WaveResult, models.CASCADE, related_name="by_customer")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    answers = models.PositiveIntegerField()
    overall = models.FloatField(null=True)  # 1..5
    recommend = models.FloatField(null=True)  # 0..10
    groups = models.JSONField(default=dict)  # {key of a section: mean of its ratings}

    is_opened = False  # whether this reader finds the answers by their customer: set by queries.customer_waves, closed by default

    class Meta:
        ordering = ("result", "customer")
        constraints = [models.UniqueConstraint(fields=("result", "customer"), name="customer_has_one_result_a_wave")]


class LoopResult(models.Model):
    """One low mark of the wave before and what the same customer gave the same item this time.

    Means of the customer's answers then and now; `after` is None where the customer did not rate the item again.
    """

    result = models.ForeignKey(WaveResult, models.CASCADE, related_name="loop")
    before_wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")  # of the wave before
    before = models.FloatField()
    after = models.FloatField(null=True)

    class Meta:
        ordering = ("result", "customer", "item__position")
        constraints = [models.UniqueConstraint(fields=("result", "customer", "item"), name="low_mark_is_compared_once_a_wave")]
