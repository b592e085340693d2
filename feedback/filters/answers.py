"""Filters of answers and of what became of low marks. Shared by pages, exports and the API."""

import django_filters
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from customers.enums import ChannelFamily, Tier
from customers.models import Channel, Region
from feedback.enums import (
    JUDGING,
    SCALES,
    Anonymity,
    Aspect,
    ItemKind,
)
from feedback.models import (
    Answer,
    Item,
    ItemOption,
    LoopResult,
    LowMark,
    Response,
    Section,
    Wave,
)
from feedback.permissions import VIEW_SENDER
from feedback.queries.loop import CHANGES
from feedback.queries.told_words import words_found
from portcrm.accounts.models import User

RATED = Q(item__kind=ItemKind.RATING, item__aspect__in=JUDGING)


def rated_questions(_request) -> QuerySet[Item]:
    """Every question that was ever rated, once, in its latest wording."""
    return Item.objects.published().filter(kind__in=SCALES, aspect__in=JUDGING).order_by("key", "-version__number", "-pk").distinct("key")


def scaled_questions(_request) -> QuerySet[Item]:
    """As `rated_questions`, with those that ask what is wished for."""
    return Item.objects.published().filter(kind__in=SCALES).order_by("key", "-version__number", "-pk").distinct("key")


def offered_options(_request) -> QuerySet[ItemOption]:
    """Every option that was ever offered, once, in its latest wording; `chosen` is what a list's address knows it by, "question.option"."""
    asked = ItemOption.objects.filter(item__in=Item.objects.published()).select_related("item")
    latest = asked.order_by("item__key", "key", "-item__version__number", "-pk").distinct("item__key", "key")
    return latest.annotate(chosen=Concat("item__key", Value("."), "key", output_field=CharField()))  # keys hold no dot


def rated_sections(_request) -> QuerySet[Section]:
    return Section.objects.published().order_by("key", "-version__number", "-pk").distinct("key")


def paired_sections(_request) -> QuerySet[Section]:
    """Pages that ask what is expected beside what is seen."""
    expecting = Section.objects.published().filter(items__aspect=Aspect.EXPECTATION)
    return expecting.order_by("key", "-version__number", "-pk").distinct("key")


def _scores(ends: slice | None):
    """Scores of the response asked about, from and to the ends where they are given."""
    scored = Answer.objects.filter(response=OuterRef("pk"), score__isnull=False)
    if ends is not None and ends.start is not None:
        scored = scored.filter(score__gte=ends.start)
    if ends is not None and ends.stop is not None:
        scored = scored.filter(score__lte=ends.stop)
    return scored


def _ratings(ends: slice | None):
    """Those that judge us: what is wished for is no rating."""
    return _scores(ends).filter(item__aspect__in=JUDGING)


class OptionField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, option: ItemOption) -> str:
        """With its question: "Yes" alone says nothing."""
        return f"{option.item.named}: {option.text}"


class OptionFilter(django_filters.ModelChoiceFilter):
    field_class = OptionField


class ResponseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search by customer or comment"))
    wave = django_filters.ModelChoiceFilter(queryset=Wave.objects.all(), label=_("Wave"))
    customer = django_filters.NumberFilter(method="by_customer", label=_("Customer number in the database"))
    overall = django_filters.RangeFilter(method="by_overall", label=_("Overall satisfaction"))
    recommend = django_filters.RangeFilter(label=_("Would recommend"))
    submitted = django_filters.DateFromToRangeFilter(field_name="submitted_at", label=_("Answered between"))
    channel = django_filters.ModelMultipleChoiceFilter(
        method="by_channel", queryset=Channel.objects.filter(family=ChannelFamily.SERVICE), to_field_name="key", label=_("Given by")
    )
    with_comment = django_filters.BooleanFilter(method="by_comment", label=_("With a comment"))
    item = django_filters.ModelChoiceFilter(
        queryset=scaled_questions, to_field_name="key", method="by_item", label=_("Rated this question")
    )
    score = django_filters.RangeFilter(method="by_score", label=_("Rating of the question"))
    section = django_filters.ModelChoiceFilter(
        queryset=rated_sections, to_field_name="key", method="by_section", label=_("Rated one of these questions")
    )
    gap = django_filters.ModelChoiceFilter(
        queryset=paired_sections, to_field_name="key", method="by_gap", label=_("Rated what is expected and what is seen of one of these")
    )
    chosen = OptionFilter(queryset=offered_options, to_field_name="chosen", method="by_chosen", label=_("Chose this answer"))
    not_applicable = django_filters.ModelChoiceFilter(
        queryset=rated_questions, to_field_name="key", method="by_not_applicable", label=_("Called this question not applicable")
    )
    tier = django_filters.MultipleChoiceFilter(method="by_tier", choices=Tier.choices, label=_("Service tier"))
    key_account = django_filters.BooleanFilter(method="by_key_account", label=_("Key account"))
    region = django_filters.ModelChoiceFilter(
        method="by_region",
        queryset=Region.objects.all(),
        to_field_name="code",
        null_label=_("Without region"),
        label=_("Region"),
    )
    type = django_filters.CharFilter(method="by_types", label=_("Exactly these customer types"))

    class Meta:
        model = Response
        fields = ()

    @extend_schema_field(OpenApiTypes.STR)
    def by_channel(self, queryset, _name, channels):
        return queryset.filter(channel__in=channels) if channels else queryset

    @extend_schema_field(OpenApiTypes.NUMBER)
    def by_overall(self, queryset, _name, ends):
        return queryset.with_satisfaction(ends.start, ends.stop)

    @extend_schema_field(OpenApiTypes.STR)
    def by_item(self, queryset, _name, item):
        """With a mark of it, in whatever version, within `score` where that is asked for too. It is asked for by name: what is wished for
        is found as well."""
        return queryset.filter(Exists(_scores(self.form.cleaned_data.get("score")).filter(item__key=item.key)))

    @extend_schema_field(OpenApiTypes.NUMBER)
    def by_score(self, queryset, _name, ends):
        if self.form.cleaned_data.get("item"):
            return queryset  # by_item has asked for both at once
        return queryset.filter(Exists(_ratings(ends)))

    @extend_schema_field(OpenApiTypes.STR)
    def by_section(self, queryset, _name, section):
        return queryset.filter(Exists(_ratings(None).filter(RATED, item__section__key=section.key)))

    @extend_schema_field(OpenApiTypes.STR)
    def by_gap(self, queryset, _name, section):
        """With both halves of one pair of the page at least: those its gap is counted of."""
        halves = Answer.objects.filter(score__isnull=False)
        seen = halves.filter(response=OuterRef("response"), item__aspect=Aspect.PERCEPTION, item__about=OuterRef("item__about"))
        expected = halves.filter(Exists(seen), response=OuterRef("pk"), item__aspect=Aspect.EXPECTATION, item__section__key=section.key)
        return queryset.filter(Exists(expected))

    @extend_schema_field(OpenApiTypes.STR)
    def by_chosen(self, queryset, _name, option):
        """In whatever version, alone or as one of several."""
        taken = Answer.objects.filter(response=OuterRef("pk"), option__key=option.key, item__key=option.item.key)
        return queryset.filter(Exists(taken))

    @extend_schema_field(OpenApiTypes.STR)
    def by_not_applicable(self, queryset, _name, item):
        return queryset.filter(Exists(Answer.objects.filter(response=OuterRef("pk"), item__key=item.key, not_applicable=True)))

    def by_types(self, queryset, _name, text):
        types = text.split()
        return self._sent_by(queryset, types__contains=types, types__contained_by=types)

    def by_customer(self, queryset, _name, number):
        return self._sent_by(queryset, pk=number)

    @extend_schema_field(OpenApiTypes.STR)
    def by_tier(self, queryset, _name, tiers):
        return self._sent_by(queryset, tier__in=tiers) if tiers else queryset

    def by_key_account(self, queryset, _name, wanted):
        return self._sent_by(queryset, is_key_account=wanted)

    @extend_schema_field(OpenApiTypes.STR)
    def by_region(self, queryset, _name, region):
        if region == self.filters["region"].null_value:
            return self._sent_by(queryset, region__isnull=True)
        return self._sent_by(queryset, region=region)

    def _sent_by(self, queryset, **customer):
        """Everything asked of the customer goes this one way: it finds no confidential answer for who may not know its sender."""
        return queryset.sent_by(self.request.user, **customer)

    def search(self, queryset, _name, text):
        by_customer = Q(customer__name_zh__icontains=text) | Q(customer__name_en__icontains=text)
        if self.request.user.has_perm(VIEW_SENDER):
            by_customer |= Q(pk__in=Response.objects.sent_confidentially_by(Q(name_zh__icontains=text) | Q(name_en__icontains=text)))
        return queryset.filter(by_customer | words_found(queryset, self.request.user, text))

    def by_comment(self, queryset, _name, wanted):
        return queryset.exclude(comment="") if wanted else queryset.filter(comment="")


class LowMarkFilter(django_filters.FilterSet):
    """Of the few who may know: everything else of it is found on the list of answers."""

    wave = django_filters.ModelChoiceFilter(
        field_name="response__wave", queryset=Wave.objects.filter(anonymity=Anonymity.CONFIDENTIAL), label=_("Wave")
    )
    owner = django_filters.ModelChoiceFilter(queryset=User.objects.able(VIEW_SENDER), label=_("Owner"))
    done = django_filters.BooleanFilter(method="by_done", label=pgettext_lazy("low score", "Done"))
    due = django_filters.DateFromToRangeFilter(field_name="due_on", label=_("To be done between"))

    class Meta:
        model = LowMark
        fields = ()

    def by_done(self, queryset, _name, wanted):
        return queryset.exclude(done_on=None) if wanted else queryset.to_do()


class LoopFilter(django_filters.FilterSet):
    change = django_filters.ChoiceFilter(
        choices=[
            ("better", _("Better")),
            ("same", pgettext_lazy("mark", "The same")),
            ("worse", _("Worse")),
            ("silent", _("Not rated again")),
        ],
        method="by_change",
        label=_("Compared with the time before"),
    )
    item = django_filters.ModelChoiceFilter(queryset=rated_questions, to_field_name="key", method="by_item", label=_("Question"))

    class Meta:
        model = LoopResult
        fields = ()

    def by_change(self, queryset, _name, key):
        return queryset.filter(CHANGES[key])

    @extend_schema_field(OpenApiTypes.STR)
    def by_item(self, queryset, _name, item):
        return queryset.filter(item__key=item.key)
