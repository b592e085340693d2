from django.db import models
from django.db.models import Deferrable, F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import CHOICES, SCALES, Aspect, ItemKind, Respondents
from feedback.querysets import PartOfVersionQuerySet, QuestionnaireQuerySet, QuestionnaireVersionQuerySet
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName, pick, tongue
from portcrm.choices import known

IN_ONE_STEP = Deferrable.IMMEDIATE  # judged when the statement ends: one statement may change places


@tracked()
class Questionnaire(BilingualName):
    """A form we ask with, in versions: answers stay tied to the wording they were given to."""

    key = models.SlugField(_("Key"), max_length=60, unique=True)
    respondents = models.CharField(_("Asks"), max_length=12, choices=Respondents.choices, default=Respondents.CUSTOMERS)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ("key",)
        constraints = known("questionnaire", respondents=Respondents)

    @property
    def asks_our_own(self) -> bool:
        """Whether it asks our own people, and not those of customers. Stays as it is once a version is published."""
        return self.respondents == Respondents.EMPLOYEES

    @property
    def is_published(self) -> bool:
        return any(version.published_on for version in self.versions.all())

    def current_version(self) -> "QuestionnaireVersion | None":
        return self.versions.exclude(published_on=None).order_by("-number").first()


@tracked()
class QuestionnaireVersion(models.Model):
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions", verbose_name=_("Questionnaire"))
    number = models.PositiveSmallIntegerField(_("Version"))
    published_on = models.DateField(_("Published on"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes to answer"), default=3)
    # What the form is for, one sentence; {port} and {company} stand for the names.
    purpose_zh = models.CharField(_("Purpose in Chinese"), max_length=300, blank=True)
    purpose_en = models.CharField(_("Purpose in English"), max_length=300, blank=True)

    objects = QuestionnaireVersionQuerySet.as_manager()

    class Meta:
        ordering = ("questionnaire", "number")
        constraints = [
            models.UniqueConstraint(fields=("questionnaire", "number"), name="questionnaire_has_each_version_once"),
            models.UniqueConstraint(fields=("questionnaire",), condition=Q(published_on=None), name="questionnaire_has_one_draft_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.number}"

    def purpose(self, *, port: str, company: str) -> str:
        """The sentence in the language that is active, with the names in it."""
        words = pick(self.purpose_zh, self.purpose_en) or _("{port} would like to hear what {company} thinks of its services.")
        return words.replace("{port}", port).replace("{company}", company)


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

    objects = PartOfVersionQuerySet.as_manager()

    class Meta:
        ordering = ("version", "position")
        constraints = [
            models.UniqueConstraint(fields=("version", "key"), name="section_key_is_unique_in_its_version"),
            models.UniqueConstraint(
                fields=("version", "position"), name="section_position_is_unique_in_its_version", deferrable=IN_ONE_STEP
            ),
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


NO_RULE = {"only_if_at_least__isnull": True, "only_if_at_most__isnull": True, "only_if_option": ""}


def part_key(item: str, part: str) -> str:
    """The points of one part of a split stand under a key of their own; keys of items hold no dot."""
    return f"{item}.{part}"


@tracked()
class Item(models.Model):
    """One question. `key` is what answers, exports and trends know it by, across versions.

    Two items of one version with the same `about` are a pair: one row of the form with a scale for each `aspect`.
    """

    version = models.ForeignKey(QuestionnaireVersion, models.CASCADE, related_name="items", verbose_name=_("Version of the questionnaire"))
    section = models.ForeignKey(Section, models.CASCADE, related_name="items", verbose_name=pgettext_lazy("of a questionnaire", "Section"))
    key = models.SlugField(_("Key"), max_length=60)
    position = models.PositiveSmallIntegerField(_("Order"))
    kind = models.CharField(_("Kind"), max_length=12, choices=ItemKind.choices)
    aspect = models.CharField(_("What the scale asks"), max_length=12, choices=Aspect.choices, default=Aspect.PERFORMANCE)
    about = models.SlugField(_("Key of the pair"), max_length=60, blank=True)
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
    # Asked only after a certain answer to an earlier item: a score within the ends that are given, or an option.
    only_if = models.SlugField(_("Only after an answer to"), max_length=60, blank=True)
    only_if_at_least = models.SmallIntegerField(_("Only from this score"), null=True, blank=True)
    only_if_at_most = models.SmallIntegerField(_("Only up to this score"), null=True, blank=True)
    only_if_option = models.SlugField(_("Only with this option"), max_length=60, blank=True)

    objects = PartOfVersionQuerySet.as_manager()

    class Meta:
        ordering = ("version", "position")
        constraints = [
            *known("item", kind=ItemKind, aspect=Aspect),
            models.UniqueConstraint(fields=("version", "key"), name="item_key_is_unique_in_its_version"),
            models.UniqueConstraint(fields=("version", "position"), name="item_position_is_unique_in_its_version", deferrable=IN_ONE_STEP),
            models.UniqueConstraint(fields=("version", "about", "aspect"), condition=~Q(about=""), name="a_pair_asks_each_aspect_once"),
            models.UniqueConstraint(fields=("version",), condition=Q(kind=ItemKind.SPLIT), name="a_form_shares_its_points_out_once"),
            models.CheckConstraint(condition=Q(minimum__lte=F("maximum")), name="item_scale_runs_upwards"),
            models.CheckConstraint(condition=Q(only_if="", **NO_RULE) | (~Q(only_if="") & ~Q(**NO_RULE)), name="item_condition_is_whole"),
        ]

    def __str__(self) -> str:
        return self.named

    @property
    def named(self) -> str:
        """The question; of a pair with what this scale asks of it."""
        return f"{self.text} – {self.get_aspect_display()}" if self.about else self.text

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
    def is_scale(self) -> bool:
        return self.kind in SCALES

    @property
    def is_choice(self) -> bool:
        return self.kind in CHOICES

    @property
    def is_split(self) -> bool:
        return self.kind == ItemKind.SPLIT

    @property
    def points(self) -> range:
        return range(self.minimum, self.maximum + 1)

    @cached_property
    def parts(self) -> list[Section]:
        """What a split shares its points out among: the pages that ask what is expected, in their order."""
        pages = (
            Section.objects.filter(version=self.version_id, items__aspect=Aspect.EXPECTATION) if self.is_split else Section.objects.none()
        )
        return list(pages.distinct())

    @property
    def answer_keys(self) -> list[str]:
        """What its answer is kept under: its key, of a split one for each part."""
        return [part_key(self.key, part.key) for part in self.parts] if self.is_split else [self.key]


@tracked()
class ItemOption(models.Model):
    """One of the answers a question offers; `key` is what answers and exports know it by."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="options", verbose_name=_("Question"))
    key = models.SlugField(_("Key"), max_length=60)
    position = models.PositiveSmallIntegerField(_("Order"))
    text_zh = models.CharField(_("Answer in Chinese"), max_length=200)
    text_en = models.CharField(_("Answer in English"), max_length=200, blank=True)

    class Meta:
        ordering = ("item", "position")
        constraints = [
            models.UniqueConstraint(fields=("item", "key"), name="option_key_is_unique_in_its_item"),
            models.UniqueConstraint(fields=("item", "position"), name="option_position_is_unique_in_its_item", deferrable=IN_ONE_STEP),
            models.CheckConstraint(condition=~Q(key="na"), name="not_applicable_is_no_option"),
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
