"""The customer: basic data of the file, its classification, search keys and stored facts."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext_lazy as _

from customers.enums import CustomerStatus, CustomerType, LegalForm, OperationMode, Tier
from customers.identifiers import check_credit_code
from customers.models.facts import FACT_CONSTRAINTS, FACT_FIELDS, StoredFacts
from customers.models.provenance import Provenance, money_field, verified_by_somebody
from customers.naming import search_keys
from customers.querysets import LAST_RANK, NEVER, CustomerQuerySet, Digits, Grams, Sampled, WalkKey
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.bilingual import pick
from portcrm.choices import all_known, known
from portcrm.clock import port_today

KEY_FIELDS = ("search_key", "pinyin", "initials", "name_key", "sort_key", "match_key", "match_key_en")
# What these hold is computed from tracked fields or from rows of other apps, so it makes no history of its own.
# Who cared since when has rows of its own (models/care.py).
UNTRACKED = (*FACT_FIELDS, *KEY_FIELDS, "walk_key", "version", "updated_at", "care_since")

BASICS_FIELDS = (
    "name_zh", "name_en", "short_name", "former_names", "types", "credit_code", "organisation_code", "legal_form", "registration_type",
    "founded_on", "operation_modes", "business_scope", "registered_capital", "total_assets", "net_assets", "assets_as_of",
    "licence_no", "licence_valid_until", "bank_name", "bank_account", "legal_representative", "parent", "region", "hinterland",
    "address_zh", "address_en", "postal_code", "phone", "fax", "email", "website", "wechat", "note",
)  # fmt: skip
ASSIGNMENT_FIELDS = ("tier", "is_key_account", "account_manager", "department", "status")


class StandingCustomers(models.Manager.from_queryset(CustomerQuerySet)):
    """Files that stand for themselves. Whoever asks for customers gets these; merged files are asked for as `every`."""

    def get_queryset(self):
        return super().get_queryset().filter(merged_into=None)


# Whose parent a firm was on a day is asked from the parent's side.
_BY_PARENT = models.Index(fields=("parent", "pgh_id"), condition=Q(parent__isnull=False), name="customer_state_by_parent")


@tracked(exclude=UNTRACKED, indexes=(_BY_PARENT,))
class Customer(Provenance, StoredFacts):
    """One firm. Its provenance fields are those of the basic data."""

    code = models.CharField(_("Customer code"), max_length=20, unique=True, editable=False)
    name_zh = models.CharField(_("Name in Chinese"), max_length=200, blank=True)
    name_en = models.CharField(_("Name in English"), max_length=200, blank=True)
    short_name = models.CharField(_("Short name"), max_length=60, blank=True)
    former_names = ArrayField(models.CharField(max_length=200), verbose_name=_("Former names"), default=list, blank=True)
    types = ArrayField(models.CharField(max_length=20, choices=CustomerType), verbose_name=_("Customer types"), default=list, blank=True)
    status = models.CharField(_("Status"), max_length=10, choices=CustomerStatus, default=CustomerStatus.PROSPECT)
    tier = models.CharField(_("Service tier"), max_length=10, choices=Tier, default=Tier.STANDARD)
    is_key_account = models.BooleanField(_("Key account"), default=False)
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("Account manager"),
        db_index=False,  # customer_by_manager and customer_pool know it in order; a third index only misled the planner
    )  # fmt: skip
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("Department")
    )
    # The day this account manager took over, or the day the file came into the pool.
    care_since = models.DateField(_("In this care since"), default=port_today, editable=False)
    credit_code = models.CharField(_("Unified social credit code"), max_length=18, blank=True)
    organisation_code = models.CharField(_("Organisation code"), max_length=9, blank=True)
    legal_form = models.CharField(_("Legal form"), max_length=20, choices=LegalForm, blank=True)
    registration_type = models.ForeignKey(
        "customers.RegistrationType", models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("Registration type")
    )
    founded_on = models.DateField(_("Founding date"), null=True, blank=True)
    operation_modes = ArrayField(
        models.CharField(max_length=20, choices=OperationMode), verbose_name=_("Mode of operation"), default=list, blank=True
    )
    business_scope = models.TextField(_("Business scope"), blank=True)
    registered_capital = money_field(_("Registered capital"))
    total_assets = money_field(_("Total assets"))
    net_assets = money_field(_("Net assets"))
    assets_as_of = models.DateField(_("Asset figures as of"), null=True, blank=True)
    licence_no = models.CharField(_("Business licence number"), max_length=40, blank=True)
    licence_valid_until = models.DateField(_("Licence valid until"), null=True, blank=True)
    bank_name = models.CharField(_("Bank"), max_length=200, blank=True)
    bank_account = models.CharField(_("Bank account"), max_length=50, blank=True)
    legal_representative = models.CharField(_("Legal representative"), max_length=100, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subsidiaries", verbose_name=_("Parent company"))
    region = models.ForeignKey(
        "customers.Region", models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("Region")
    )
    hinterland = models.CharField(_("Hinterland"), max_length=200, blank=True)
    address_zh = models.CharField(_("Address in Chinese"), max_length=300, blank=True)
    address_en = models.CharField(_("Address in English"), max_length=300, blank=True)
    postal_code = models.CharField(_("Postal code"), max_length=20, blank=True)
    phone = models.CharField(_("Telephone"), max_length=50, blank=True)
    fax = models.CharField(_("Fax"), max_length=50, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    website = models.CharField(_("Website"), max_length=200, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    note = models.TextField(_("Remarks"), blank=True)

    # The file this one was merged into. It stays as a row, so that codes, old rankings and links still lead somewhere.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged_files", verbose_name=_("Merged into")
    )
    search_key = models.TextField(editable=False)
    pinyin = models.TextField(editable=False, blank=True)
    initials = models.TextField(editable=False, blank=True)
    name_key = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=80, editable=False)
    match_key = models.CharField(max_length=200, editable=False, blank=True, default="")
    match_key_en = models.CharField(max_length=200, editable=False, blank=True, default="")
    walk_key = models.GeneratedField(
        expression=WalkKey("search_key", "pinyin", "initials", "email"), output_field=models.TextField(null=True), db_persist=True
    )
    created_at = models.DateTimeField(_("Created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("Changed at"), auto_now=True)

    objects = StandingCustomers()
    every = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ("sort_key", "pk")
        verbose_name = _("Customer")
        verbose_name_plural = _("Customers")
        constraints = [
            *known("customer", legal_form=("", *LegalForm.values)),
            *all_known("customer", operation_modes=OperationMode),
            models.CheckConstraint(
                condition=~Q(name_zh="", name_en=""),
                name="a_customer_has_a_name",
                violation_error_message=_("A customer needs a name in Chinese or in English."),
            ),
            models.CheckConstraint(condition=~Q(code=""), name="a_customer_has_a_code"),
            models.UniqueConstraint(
                fields=("credit_code",),
                condition=~Q(credit_code=""),
                name="a_credit_code_belongs_to_one_customer",
                violation_error_message=_("Another customer has this credit code."),
            ),
            models.CheckConstraint(
                condition=Q(credit_code="") | Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"),
                name="a_credit_code_has_18_allowed_signs",
                violation_error_message=_(
                    "A unified social credit code has 18 signs: digits and capital letters other than I, O, S, V and Z."
                ),
            ),
            models.CheckConstraint(
                condition=Q(organisation_code="") | Q(organisation_code__regex=r"^[0-9A-Z]{8}[0-9X]$"),
                name="an_organisation_code_has_9_signs",
                violation_error_message=_("An organisation code has 9 signs: digits and capital letters."),
            ),
            models.CheckConstraint(condition=Q(types__contained_by=CustomerType.values), name="customer_types_are_known"),
            models.CheckConstraint(condition=Q(status__in=CustomerStatus.values), name="a_customer_status_is_known"),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="a_service_tier_is_known"),
            models.CheckConstraint(
                condition=~Q(tier=Tier.KEY) | Q(is_key_account=True),
                name="a_customer_of_the_key_tier_is_a_key_account",
                violation_error_message=_("A customer of the key tier is a key account."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="a_customer_is_not_its_own_parent",
                violation_error_message=_("A firm is not its own parent company."),
            ),
            models.CheckConstraint(condition=Q(merged_into=None) | ~Q(merged_into=F("pk")), name="a_customer_is_not_merged_into_itself"),
            models.CheckConstraint(
                condition=(Q(registered_capital=None) | Q(registered_capital__gte=0)) & (Q(total_assets=None) | Q(total_assets__gte=0)),
                name="capital_and_assets_are_not_negative",
                violation_error_message=_("Registered capital and total assets cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(net_assets=None) | Q(total_assets=None) | Q(net_assets__lte=F("total_assets")),
                name="net_assets_do_not_exceed_total_assets",
                violation_error_message=_("Net assets cannot be more than total assets."),
            ),
            verified_by_somebody("customer"),
            *FACT_CONSTRAINTS,
        ]
        indexes = [
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="customer_search_trgm"),
            GinIndex(OpClass("pinyin", name="gin_trgm_ops"), name="customer_pinyin_trgm"),
            GinIndex(OpClass("initials", name="gin_trgm_ops"), name="customer_initials_trgm"),
            GinIndex(Grams("search_key"), name="customer_search_grams"),
            GinIndex(fields=("types",), name="customer_types"),
            GinIndex(OpClass(Digits("phone", "fax"), name="gin_trgm_ops"), name="customer_digits_trgm"),
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="customer_email_trgm"),
            models.Index(fields=("sort_key", "id"), name="customer_by_name"),
            models.Index(fields=("sort_key", "id"), include=("walk_key",), condition=Q(merged_into=None), name="customer_walk"),
            models.Index(fields=("id",), include=("walk_key",), condition=Q(Sampled("id"), merged_into=None), name="customer_sample"),
            models.Index(OpClass("initials", name="text_pattern_ops"), name="customer_initials_start"),
            models.Index(fields=("name_key",), name="customer_by_name_key"),
            models.Index(fields=("match_key",), name="customer_by_match_key"),
            models.Index(fields=("match_key_en",), condition=~Q(match_key_en=""), name="customer_by_english_match"),
            models.Index(F("updated_at").desc(), F("id").desc(), name="customer_by_change"),
            models.Index(F("tonnes_12m").desc(), F("id").desc(), name="customer_by_tonnes"),
            models.Index(Coalesce("value_rank", Value(LAST_RANK)), "id", name="customer_by_rank"),
            models.Index(Coalesce("last_handled_on", Value(NEVER)).desc(), F("id").desc(), name="customer_by_last_handled"),
            models.Index(
                Coalesce("revenue_12m", Value(-1), output_field=models.DecimalField()).desc(), F("id").desc(), name="customer_by_revenue"
            ),
            models.Index(
                Coalesce("last_opinion_score", Value(0), output_field=models.DecimalField()).desc(),
                F("id").desc(),
                name="customer_by_opinion",
            ),
            models.Index(Coalesce("verified_on", Value(NEVER)), "id", name="customer_by_verified"),
            models.Index(fields=("account_manager", "sort_key", "id"), name="customer_by_manager"),
            models.Index(fields=("sort_key", "id"), condition=Q(account_manager=None), name="customer_pool"),
            models.Index(fields=("status", "sort_key", "id"), name="customer_by_status"),
            models.Index(fields=("sort_key", "id"), condition=Q(is_key_account=True), name="customer_key_accounts"),
            models.Index(fields=("id",), condition=Q(open_complaints__gt=0), name="customer_with_complaints"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def label(self) -> str:
        return pick(self.name_zh, self.name_en)

    @property
    def other_name(self) -> str:
        """The name in the language `label` is not in."""
        other = pick(self.name_en, self.name_zh)
        return other if other != self.label else ""

    @property
    def has_doubtful_code(self) -> bool:
        """The organisation code inside the credit code has a wrong check digit: kept, because real codes have it, and warned of."""
        return bool(self.credit_code) and not check_credit_code(self.credit_code).organisation_valid

    @property
    def type_labels(self) -> list[str]:
        return [CustomerType(key).label for key in self.types]

    @property
    def operation_mode_labels(self) -> list[str]:
        return [OperationMode(key).label for key in self.operation_modes]

    def get_absolute_url(self) -> str:
        return record_url("customers:customer", self.pk)

    def set_search_keys(self) -> None:
        """Every path that writes names calls this: save() does, bulk services do."""
        keys = search_keys(name_zh=self.name_zh, name_en=self.name_en, short_name=self.short_name, former_names=self.former_names)
        for field in KEY_FIELDS:
            setattr(self, field, getattr(keys, field))

    def save(self, *args, update_fields=None, **kwargs) -> None:
        if update_fields is None or {"name_zh", "name_en", "short_name", "former_names"} & set(update_fields):
            self.set_search_keys()
            update_fields = None if update_fields is None else {*update_fields, *KEY_FIELDS}
        super().save(*args, update_fields=update_fields, **kwargs)
