"""The sections of a customer file that are edited in place, each a form over one part."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from customers import permissions
from customers.enums import CustomerType, DigitalLevel, OperationMode, Part
from customers.forms.base import LinesField, PartForm, many
from customers.models import Channel, Customer, Region, RegistrationType, Traits, TransactionStatus
from customers.models.cargo_class import class_choices
from customers.queries.takers import takers
from customers.services.customers import assign_customer
from customers.services.parts import edit_part
from portcrm.pages.forms import DateInput
from portcrm.pages.widgets import RecordChoiceField

SOURCE = ("channel", "source_reference")
SOURCE_LABEL = _("Where this comes from")


class SourcedForm(PartForm):
    """Ends with the evidence of what is typed in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "channel" in self.fields:
            self.choose_from("channel", Channel.objects.of_files(self.instance.channel_id))


class IdentityForm(SourcedForm):
    former_names = LinesField(longest=200, label=_("Former names"), required=False, help_text=_("One per line; search finds them too."))
    types = many(_("Customer types"), CustomerType.choices)
    parent = RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=_("Parent company"), required=False)

    class Meta:
        model = Customer
        fields = (
            "name_zh", "name_en", "short_name", "former_names", "types", "credit_code", "organisation_code", "region", "hinterland",
            "parent", *SOURCE,
        )  # fmt: skip

    fieldsets = (
        (_("Names"), ("name_zh", "name_en", "short_name", "former_names")),
        (_("Kind and codes"), ("types", "credit_code", "organisation_code", "region", "hinterland", "parent")),
        (SOURCE_LABEL, SOURCE),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Customer.objects.visible_to(self.user)
        self.choose_from("region", Region.objects.in_use_with(self.instance.region_id))


class ReachForm(SourcedForm):
    class Meta:
        model = Customer
        fields = ("address_zh", "address_en", "postal_code", "phone", "fax", "email", "website", "wechat", *SOURCE)


class FirmForm(SourcedForm):
    operation_modes = many(_("Mode of operation"), OperationMode.choices)

    class Meta:
        model = Customer
        fields = (
            "legal_form", "registration_type", "founded_on", "legal_representative", "operation_modes", "business_scope",
            "registered_capital", "total_assets", "net_assets", "assets_as_of", "licence_no", "licence_valid_until", "bank_name",
            "bank_account", "note", *SOURCE,
        )  # fmt: skip
        widgets = dict.fromkeys(("founded_on", "assets_as_of", "licence_valid_until"), DateInput())

    fieldsets = (
        (_("Legal form"), ("legal_form", "registration_type", "founded_on", "legal_representative")),
        (_("Business"), ("operation_modes", "business_scope")),
        (_("Capital and assets"), ("registered_capital", "total_assets", "net_assets", "assets_as_of")),
        (_("Licence and bank"), ("licence_no", "licence_valid_until", "bank_name", "bank_account", "note")),
        (SOURCE_LABEL, SOURCE),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.choose_from("registration_type", RegistrationType.objects.in_use_with(self.instance.registration_type_id))


class TraitsForm(SourcedForm):
    cargo_classes = many(_("Cargo classes"), ())
    digital_levels = many(_("Digital service level"), DigitalLevel.choices)
    lanes = LinesField(longest=100, label=_("Trade lanes"), required=False, help_text=_("One per line."))

    class Meta:
        model = Traits
        fields = (
            "service_area", "sales_capability", "sales_capability_note", "development_potential", "outlook", "operating_characteristics",
            "cargo_classes", "lanes", "digital_levels", *SOURCE,
        )  # fmt: skip

    fieldsets = (
        (_("Market"), ("service_area", "sales_capability", "development_potential", "sales_capability_note", "outlook")),
        (_("Cargo and lanes"), ("operating_characteristics", "cargo_classes", "lanes", "digital_levels")),
        (SOURCE_LABEL, SOURCE),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cargo_classes"].choices = class_choices(self.instance.cargo_classes)


class TransactionsForm(SourcedForm):
    class Meta:
        model = TransactionStatus
        fields = (
            "sales_activity_level", "sales_activity", "payment_days", "payment_terms", "rate_terms", "free_storage_days", "other_terms",
            "credit_limit", "credit_exposure", "overdue_amount", "overdue_days", "credit_as_of", *SOURCE,
        )  # fmt: skip
        widgets = {"credit_as_of": DateInput()}

    fieldsets = (
        (_("Sales activity"), ("sales_activity_level", "sales_activity")),
        (_("Terms of trade"), ("payment_days", "payment_terms", "rate_terms", "free_storage_days", "other_terms")),
        (_("Credit"), ("credit_limit", "credit_exposure", "overdue_amount", "overdue_days", "credit_as_of")),
        (SOURCE_LABEL, SOURCE),
    )


class AssignmentForm(PartForm):
    class Meta:
        model = Customer
        fields = ("tier", "is_key_account", "account_manager", "department", "status")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.choose_from("account_manager", takers(self.instance.account_manager_id))


@dataclass(frozen=True)
class Section:
    """`part` is whose provenance and confirmation it shares; None for what people decide."""

    key: str
    label: str
    form: type[PartForm]
    hand_over: Callable
    permission: str = permissions.CHANGE_CUSTOMER
    part: Part | None = None
    hint: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for name in self.form.Meta.fields if name not in SOURCE)

    def row_of(self, customer: Customer):
        """The row this section shows: the customer, its part, or an empty part where nobody has written one."""
        model = self.form.Meta.model
        if model is Customer:
            return customer
        attribute = model._meta.get_field("customer").remote_field.related_name
        return getattr(customer, attribute, None) or model(customer=customer)


def _saver(part: Part) -> Callable:
    return lambda **given: edit_part(part=part, **given)


SECTIONS = {
    section.key: section
    for section in (
        Section("identity", _("Names and codes"), IdentityForm, _saver(Part.BASICS), part=Part.BASICS),
        Section("reach", _("Ways to reach them"), ReachForm, _saver(Part.BASICS), part=Part.BASICS),
        Section("firm", _("Firm, assets and licence"), FirmForm, _saver(Part.BASICS), part=Part.BASICS),
        Section("assignment", _("Care and classification"), AssignmentForm, assign_customer, permissions.ASSIGN_CUSTOMER),
        Section("traits", Part.TRAITS.label, TraitsForm, _saver(Part.TRAITS), part=Part.TRAITS),
        Section("transactions", Part.TRANSACTIONS.label, TransactionsForm, _saver(Part.TRANSACTIONS), part=Part.TRANSACTIONS),
    )
}


class NewCustomerForm(forms.ModelForm):
    """Quick create: what is needed to begin a file; the rest is filled in on its page."""

    types = many(_("Customer types"), CustomerType.choices)

    class Meta:
        model = Customer
        fields = ("name_zh", "name_en", "types", "credit_code", "phone", "region", "channel", "source_reference")

    fieldsets = (
        (_("The firm"), ("name_zh", "name_en", "types", "credit_code", "phone", "region")),
        (SOURCE_LABEL, SOURCE),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.active()
        self.fields["channel"].queryset = Channel.objects.of_files()
        for name in ("region", "channel"):
            self.fields[name].empty_label = _("Not given")

    def _post_clean(self) -> None:
        """The service keeps the rules."""
