"""Companies seen in documents that have no customer file yet: where they were seen, what was decided, and whom to ignore."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.document_words import SEEN_ROLES, SEEN_SOURCES
from cargo.enums import DECIDED, CandidateState, RuleKind
from cargo.models.document import DocumentMessage
from cargo.models.flow import FlowLine, MediaNote
from cargo.querysets import CandidateQuerySet, IgnoreRuleQuerySet, SightingQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known

NAME, KEY, ADDRESS, CODE = 200, 200, 500, 70
FOUND_FIELDS = ("roles", "sources", "classes", "tonnes", "teu", "sighting_count", "last_seen_at", "is_forwarder", "counts")
WITH_FILE = (CandidateState.ACCEPTED, CandidateState.MERGED)


SUM_DIGITS = 24  # of a hundred thousand sightings with the most that one may have


def tonnes_field(digits: int = 18):
    return models.DecimalField(_("Tonnes"), max_digits=digits, decimal_places=3, default=0)


def teu_field(digits: int = 14):
    return models.DecimalField("TEU", max_digits=digits, decimal_places=3, default=0)


@tracked()
class IgnoreRule(models.Model):
    """Companies nobody at this port wants to see again: one name, or all names with a word. A lifted rule stays as a record."""

    kind = models.CharField(_("Applies to"), max_length=5, choices=RuleKind.choices)
    text = models.CharField(_("Name or word"), max_length=NAME)
    key = models.CharField(_("Compared as"), max_length=KEY, editable=False)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Made by"))
    made_at = models.DateTimeField(_("Made at"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Lifted by")
    )
    lifted_at = models.DateTimeField(_("Lifted at"), null=True, blank=True)

    objects = IgnoreRuleQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            *known("ignore_rule", kind=RuleKind),
            models.UniqueConstraint(fields=("kind", "key"), condition=Q(lifted_at=None), name="an_ignore_rule_in_force_stands_once"),
            models.CheckConstraint(
                name="ignore_rule_is_lifted_by_somebody",
                condition=Q(lifted_by=None, lifted_at=None) | Q(lifted_by__isnull=False, lifted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text


@tracked(exclude=FOUND_FIELDS)
class Candidate(models.Model):
    """A company without a customer file. What was found of it (FOUND_FIELDS) follows from its sightings that stand."""

    name = models.CharField(_("Company"), max_length=NAME)
    name_key = models.CharField(_("Compared as"), max_length=KEY, editable=False)
    country = models.CharField(_("Country"), max_length=2, blank=True)
    address = models.CharField(_("Address"), max_length=ADDRESS, blank=True)
    code = models.CharField(_("Code"), max_length=CODE, blank=True)
    credit_code = models.CharField(_("Unified social credit code"), max_length=18, blank=True)
    state = models.CharField(_("State"), max_length=8, choices=CandidateState.choices, default=CandidateState.OPEN)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="candidates", verbose_name=_("Customer")
    )
    lead = models.ForeignKey("cargo.Lead", models.SET_NULL, null=True, blank=True, related_name="candidates", verbose_name=_("Cargo lead"))
    rule = models.ForeignKey(
        IgnoreRule, models.PROTECT, null=True, blank=True, related_name="candidates", verbose_name=_("Ignored by the rule")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Decided by")
    )
    decided_at = models.DateTimeField(_("Decided at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("First seen at"))
    version = models.PositiveIntegerField(_("State of editing"), default=1, editable=False)

    roles = ArrayField(models.CharField(max_length=20, choices=SEEN_ROLES), verbose_name=_("Seen as"), default=list)
    sources = ArrayField(models.CharField(max_length=12, choices=SEEN_SOURCES), verbose_name=_("Found in"), default=list)
    classes = ArrayField(models.CharField(max_length=2), verbose_name=_("Suggested cargo classes"), default=list)
    tonnes, teu = tonnes_field(SUM_DIGITS), teu_field(SUM_DIGITS)
    sighting_count = models.PositiveIntegerField(_("Sightings"), default=0)
    last_seen_at = models.DateTimeField(_("Last seen at"), null=True)
    is_forwarder = models.BooleanField(_("Forwarder"), default=False)
    counts = models.JSONField(default=dict, editable=False)  # standing sightings with each role, source and class (services/found.py)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ("-tonnes", "pk")
        verbose_name = pgettext_lazy("company", "Candidate")
        indexes = [
            models.Index(fields=("state", "-tonnes", "id"), name="candidate_queue"),
            models.Index(fields=("decided_by", "-decided_at"), name="candidate_by_decision", condition=Q(decided_by__isnull=False)),
            GinIndex(fields=("classes",), name="candidate_classes"),
        ]
        constraints = [
            *known("candidate", state=CandidateState),
            models.CheckConstraint(name="candidate_roles_are_known", condition=Q(roles__contained_by=[key for key, _word in SEEN_ROLES])),
            models.CheckConstraint(
                name="candidate_sources_are_known", condition=Q(sources__contained_by=[key for key, _word in SEEN_SOURCES])
            ),
            models.UniqueConstraint(
                fields=("name_key",), condition=~Q(state=CandidateState.IGNORED), name="a_company_is_one_candidate_until_it_is_ignored"
            ),
            models.UniqueConstraint(fields=("name_key",), condition=Q(rule__isnull=False), name="a_rule_keeps_a_company_away_once"),
            models.CheckConstraint(
                name="candidate_has_a_customer_once_accepted_or_merged",
                condition=Q(state__in=WITH_FILE, customer__isnull=False) | (~Q(state__in=WITH_FILE) & Q(customer=None, lead=None)),
            ),
            models.CheckConstraint(
                name="candidate_is_decided_by_somebody",
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by=None, decided_at=None)),
            ),
            models.CheckConstraint(name="candidate_under_a_rule_is_ignored", condition=Q(rule=None) | Q(state=CandidateState.IGNORED)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("cargo:candidate", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state == CandidateState.OPEN

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED

    @property
    def role_labels(self) -> list[str]:
        return [str(dict(SEEN_ROLES)[role]) for role in self.roles]

    @property
    def source_labels(self) -> list[str]:
        return [str(dict(SEEN_SOURCES)[source]) for source in self.sources]


class Sighting(models.Model):
    """A company named by one message of a document, a line of a flow list or a note from the media, once: of a customer with a file
    or of a candidate. `cargo` are the consignments it stands
    beside: {goods, hs_code, tonnes, teu, loading, discharge, bill_no, segment, cargo_class}, what is not said left out.

    It counts until a later message changes or cancels its own (`withdrawn_by`).
    """

    candidate = models.ForeignKey(Candidate, models.CASCADE, null=True, related_name="sightings", verbose_name=_("Company"))
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="sightings", verbose_name=_("Customer"))
    message = models.ForeignKey(DocumentMessage, models.CASCADE, null=True, related_name="sightings", verbose_name=_("Document"))
    flow = models.ForeignKey(FlowLine, models.CASCADE, null=True, related_name="sightings", verbose_name=_("Line of a flow list"))
    note = models.ForeignKey(MediaNote, models.CASCADE, null=True, related_name="sightings", verbose_name=_("Note from the media"))
    source = models.CharField(_("Found in"), max_length=12, choices=SEEN_SOURCES)
    name = models.CharField(_("Company"), max_length=NAME)
    name_key = models.CharField(max_length=KEY)
    country = models.CharField(_("Country"), max_length=2, blank=True)
    address = models.CharField(_("Address"), max_length=ADDRESS, blank=True)
    code = models.CharField(_("Code"), max_length=CODE, blank=True)
    code_list = models.CharField(_("Code list"), max_length=CODE, blank=True)
    is_forwarder = models.BooleanField(_("Forwarder"), default=False)
    roles = ArrayField(models.CharField(max_length=20, choices=SEEN_ROLES), verbose_name=_("Seen as"), default=list)
    segments = ArrayField(models.PositiveIntegerField(), verbose_name=_("Segment"), default=list)
    cargo = models.JSONField(_("Cargo"), default=list)
    tonnes, teu = tonnes_field(), teu_field()
    largest_tonnes, largest_teu = tonnes_field(), teu_field()  # of its largest consignment, by which a lead's cargo is found
    seen_at = models.DateTimeField(_("Seen at"))
    withdrawn_by = models.ForeignKey(
        DocumentMessage, models.SET_NULL, null=True, related_name="withdrawn_sightings", verbose_name=_("Withdrawn by")
    )

    objects = SightingQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("Sighting in a document")
        # of a candidate seen any number of times: the newest for its page, the latest day, the heaviest for a lead
        indexes = [
            models.Index("candidate", F("withdrawn_by").asc(nulls_first=True), F("id").desc(), name="sighting_newest"),
            models.Index(fields=("candidate", "-seen_at"), name="sighting_latest", condition=Q(withdrawn_by=None)),
            models.Index(
                fields=("candidate", "-largest_tonnes", "-largest_teu", "id"), name="sighting_heaviest", condition=Q(withdrawn_by=None)
            ),
            models.Index(fields=("customer", "-id"), name="sighting_by_customer", condition=Q(customer__isnull=False)),
        ]
        constraints = [
            *known("sighting", source=[key for key, _word in SEEN_SOURCES]),
            models.CheckConstraint(name="sighting_roles_are_known", condition=Q(roles__contained_by=[key for key, _word in SEEN_ROLES])),
            models.CheckConstraint(
                name="sighting_is_of_a_candidate_or_of_a_customer",
                condition=Q(candidate=None, customer__isnull=False) | Q(candidate__isnull=False, customer=None),
            ),
            models.CheckConstraint(
                name="sighting_is_in_one_message_flow_or_note",
                condition=Q(message__isnull=False, flow=None, note=None)
                | Q(message=None, flow__isnull=False, note=None)
                | Q(message=None, flow=None, note__isnull=False),
            ),
            models.UniqueConstraint(fields=("message", "name_key"), name="a_message_names_a_company_once"),
            models.UniqueConstraint(fields=("flow",), name="a_flow_names_one_trading_firm"),
            models.UniqueConstraint(fields=("note",), name="a_note_names_one_company"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """Where one sees for oneself: the file, the message in it and the bills of lading; the line; the note."""
        if self.message_id is None:
            return str(self.flow if self.flow_id else self.note)
        bills = dict.fromkeys(one["bill_no"] for one in self.cargo if "bill_no" in one)
        return " · ".join(dict.fromkeys([self.message.document.file_name, str(self.message), *bills]))

    @property
    def source_name(self) -> str:
        """The file, who told the flow, or the medium."""
        if self.message_id is not None:
            return self.message.document.file_name
        return self.flow.told_by_name if self.flow_id is not None else str(self.note)

    @property
    def source_url(self) -> str:
        """The page that shows it; a note from the media has none."""
        if self.message_id is not None:
            return self.message.page_url
        return self.flow.get_absolute_url() if self.flow_id is not None else ""

    @property
    def sailing(self) -> str:
        return f"{self.message.vessel} {self.message.voyage}".strip() if self.message_id is not None else ""

    @property
    def file_id(self) -> int | None:
        """The customer file of the company, its own or that of the name it was decided to be."""
        return self.customer_id or self.candidate.customer_id

    @property
    def class_codes(self) -> list[str]:
        """The cargo classes suggested for its goods, each once."""
        return list(dict.fromkeys(one["cargo_class"] for one in self.cargo if "cargo_class" in one))

    @property
    def goods(self) -> str:
        return "; ".join(dict.fromkeys(one["goods"] for one in self.cargo if "goods" in one))

    @property
    def role_labels(self) -> list[str]:
        return [str(dict(SEEN_ROLES)[role]) for role in self.roles]
