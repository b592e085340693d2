from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import ItemKind
from feedback.querysets import QuestionnaireQuerySet
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName, pick, tongue
from portcrm.choices import known


@tracked()
class Questionnaire(BilingualName):
    """A form we ask with, in versions: answers stay tied to the wording they were given to."""

    key = models.SlugField(_("Key"), max_length=60, unique=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ("key",)

    def current_version(self) -> "QuestionnaireVersion | None":
        return self.versions.exclude(published_on=None).order_by("-number").first()


@tracked()
class QuestionnaireVersion(models.Model):
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions", verbose_name=_("Questionnaire"))
    number = models.PositiveSmallIntegerField(_("Version"))
    published_on = models.DateField(_("Published on"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes to answer"), default=3)

    class Meta:
        ordering = ("questionnaire", "number")
        constraints = [models.UniqueConstraint(fields=("questionnaire", "number"), name="questionnaire_has_each_version_once")]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.number}"


@tracked()
class Section(models.Model):
    """One topic: one page of the form."""

    version = models.ForeignKey(
        QuestionnaireVersion, models.CASCADE, related_name="sections", verbose_name=_("Version of the questionnaire")
    )
    key = models.SlugField(_("Key"), max_length=60)
    position = models.PositiveSmallIntegerField(_("Order"))
    title_zh = models.CharField(_("Title in Chinese"), max_length=200)
    title_en = models.CharField(_("Title in English"), max_length=200, blank=True)
    lead_zh = models.TextField(_("Opening words in Chinese"), blank=True)
    lead_en = models.TextField(_("Opening words in English"), blank=True)

    class Meta:
        ordering = ("version", "position")
        constraints = [
            models.UniqueConstraint(fields=("version", "key"), name="section_key_is_unique_in_its_version"),
            models.UniqueConstraint(fields=("version", "position"), name="section_position_is_unique_in_its_version"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return pick(self.title_zh, self.title_en)

    @property
    def tongue(self) -> str:
        """The language of the title where it is not translated."""
        return tongue(self.title_zh, self.title_en)

    @property
    def lead(self) -> str:
        return pick(self.lead_zh, self.lead_en)


@tracked()
class Item(models.Model):
    """One question. `key` is what answers, exports and trends know it by, across versions."""

    version = models.ForeignKey(QuestionnaireVersion, models.CASCADE, related_name="items", verbose_name=_("Version of the questionnaire"))
    section = models.ForeignKey(Section, models.CASCADE, related_name="items", verbose_name=pgettext_lazy("of a questionnaire", "Section"))
    key = models.SlugField(_("Key"), max_length=60)
    position = models.PositiveSmallIntegerField(_("Order"))
    kind = models.CharField(_("Kind"), max_length=12, choices=ItemKind.choices)
    text_zh = models.CharField(_("Question in Chinese"), max_length=300)
    text_en = models.CharField(_("Question in English"), max_length=300, blank=True)
    low_zh = models.CharField(_("Lower end in Chinese"), max_length=60, blank=True)
    low_en = models.CharField(_("Lower end in English"), max_length=60, blank=True)
    high_zh = models.CharField(_("Upper end in Chinese"), max_length=60, blank=True)
    high_en = models.CharField(_("Upper end in English"), max_length=60, blank=True)
    minimum = models.SmallIntegerField(_("Lowest value"), default=1)
    maximum = models.SmallIntegerField(_("Highest value"), default=5)
    allows_na = models.BooleanField(_("May be answered with “not applicable”"), default=False)
    required = models.BooleanField(_("Must be answered"), default=False)

    class Meta:
        ordering = ("version", "position")
        constraints = [
            *known("item", kind=ItemKind),
            models.UniqueConstraint(fields=("version", "key"), name="item_key_is_unique_in_its_version"),
            models.UniqueConstraint(fields=("version", "position"), name="item_position_is_unique_in_its_version"),
            models.CheckConstraint(condition=Q(minimum__lte=F("maximum")), name="item_scale_runs_upwards"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return pick(self.text_zh, self.text_en)

    @property
    def tongue(self) -> str:
        """The language of the text where it is not translated."""
        return tongue(self.text_zh, self.text_en)

    @property
    def low(self) -> str:
        return pick(self.low_zh, self.low_en)

    @property
    def high(self) -> str:
        return pick(self.high_zh, self.high_en)

    @property
    def points(self) -> range:
        return range(self.minimum, self.maximum + 1)
