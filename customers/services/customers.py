"""Creating and editing the basic data of customer files, and what people decide about them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.enums import CareChangeKind, Tier
from customers.identifiers import check_credit_code, is_organisation_code, normal_identifier
from customers.models import Channel, Customer, Region, RegistrationType
from customers.models.customer import KEY_FIELDS
from customers.naming import search_keys
from customers.services.bulk import insert_rows
from customers.services.care import record_change, refuse_key_account_in_pool
from customers.services.editing import apply_edit, refuse_other_version
from customers.services.hierarchy import refuse_circle
from customers.services.locking import locked_customer
from customers.services.numbering import next_codes
from customers.services.taking_on import refuse_who_cannot_take_on
from customers.services.telling import tell_handed_over
from portcrm.accounts.models import Department, User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.editing import plain
from portcrm.errors import RuleBroken
from portcrm.rules import refuse_misfits, rules_told

NO_CREDIT_CODE = _("This is not a unified social credit code: its length, signs or check digit are wrong.")
NO_ORGANISATION_CODE = _("This is not an organisation code: its check digit is wrong.")
DAYS_THAT_HAVE_COME = {
    "founded_on": _("The founding date lies in the future."),
    "recorded_on": _("What is recorded cannot bear a date to come."),
}
RELATIONS = frozenset({"account_manager", "department", "registration_type", "parent", "region", "channel", "recorded_by"})


class CustomerFields(TypedDict, total=False):
    """What may be given when a file is opened: basic data, classification and provenance."""

    name_zh: str
    name_en: str
    short_name: str
    former_names: list[str]
    types: list[str]
    status: str
    tier: str
    is_key_account: bool
    account_manager: User | None
    department: Department | None
    credit_code: str
    organisation_code: str
    legal_form: str
    registration_type: RegistrationType | None
    founded_on: dt.date | None
    operation_modes: list[str]
    business_scope: str
    registered_capital: Decimal | None
    total_assets: Decimal | None
    net_assets: Decimal | None
    assets_as_of: dt.date | None
    licence_no: str
    licence_valid_until: dt.date | None
    bank_name: str
    bank_account: str
    legal_representative: str
    parent: Customer | None
    region: Region | None
    hinterland: str
    address_zh: str
    address_en: str
    postal_code: str
    phone: str
    fax: str
    email: str
    website: str
    wechat: str
    note: str
    channel: Channel | None
    source_reference: str
    recorded_on: dt.date  # earlier than today where older paper files are taken over
    recorded_by: User  # whoever wrote down what is taken over; else who opens the file


def checked(fields: Mapping[str, object], *, on: dt.date) -> dict[str, object]:
    """The fields with tidy identifiers; a wrong check digit or a founding date to come is refused."""
    tidy = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    for name in ("credit_code", "organisation_code"):
        if tidy.get(name):
            tidy[name] = normal_identifier(str(tidy[name]))
    for refusal in faults_of(tidy, on=on):
        raise refusal
    if tidy.get("tier") == Tier.KEY:
        tidy["is_key_account"] = True
    return tidy


def faults_of(fields: Mapping[str, object], *, on: dt.date) -> Iterator[RuleBroken]:
    """Everything that no file may hold, whatever else stands in it; identifiers are given tidied up."""
    credit_code, organisation_code = (str(fields.get(name) or "") for name in ("credit_code", "organisation_code"))
    if credit_code and not check_credit_code(credit_code).valid:
        yield RuleBroken(NO_CREDIT_CODE, field="credit_code")
    if organisation_code and not is_organisation_code(organisation_code):
        yield RuleBroken(NO_ORGANISATION_CODE, field="organisation_code")
    for name, said in DAYS_THAT_HAVE_COME.items():
        day = fields.get(name)
        if isinstance(day, dt.date) and day > on:
            yield RuleBroken(said, field=name)


def refuse_taken_credit_code(credit_code: str, *, but: Customer | None = None) -> None:
    if not credit_code:
        return
    other = Customer.every.filter(credit_code=credit_code).exclude(pk=but.pk if but else None).select_related("merged_into").first()
    if other:
        bearer = other.merged_into if other.merged_into not in (None, but) else other
        raise RuleBroken(_("%(customer)s already has this credit code.") % {"customer": bearer}, field="credit_code")


def new_customer(fields: Mapping[str, object], *, code: str, by: User, on: dt.date) -> Customer:
    """A file that is not stored yet, each field of a size that can be, search keys set."""
    customer = Customer(**{"recorded_on": on, "recorded_by": by} | dict(fields), code=code)
    if not (customer.name_zh or customer.name_en):
        raise RuleBroken(_("A customer needs a name in Chinese or in English."), field="name_zh")
    refuse_misfits(customer, fields)
    customer.set_search_keys()
    return customer


@action("customer.create")
def create_customer(*, by: User, **fields: Unpack[CustomerFields]) -> Customer:
    """Open one customer file under the next code."""
    today = port_today()
    tidy = checked(fields, on=today)
    refuse_taken_credit_code(str(tidy.get("credit_code", "")))
    if tidy.get("account_manager"):
        refuse_who_cannot_take_on(tidy["account_manager"], field="account_manager")
    customer = new_customer(tidy, code=next_codes(1)[0], by=by, on=today)
    with _one_bearer_of(customer.credit_code):
        customer.save(force_insert=True)
    return customer


@action("customer.create")
def create_customers(*, rows: Sequence[CustomerFields], by: User) -> list[int]:
    """Open many files in one statement and return their keys in the given order.

    A row that breaks a rule refuses all of them: imports check their rows first.
    """
    for manager in {fields["account_manager"] for fields in rows if fields.get("account_manager")}:
        refuse_who_cannot_take_on(manager, field="account_manager")
    today, moment = port_today(), now()
    stamps = {"recorded_by_id": by.pk, "recorded_on": today, "created_at": moment, "updated_at": moment}
    columns = [
        stamps | customer_columns(checked(fields, on=today)) | {"code": code}
        for fields, code in zip(rows, next_codes(len(rows)), strict=True)
    ]
    with rules_told():
        return insert_rows(Customer, columns)


def customer_columns(fields: Mapping[str, object]) -> dict[str, object]:
    """Column values of a new file, search keys included."""
    names = {name: fields.get(name, "") for name in ("name_zh", "name_en", "short_name")}
    if not (names["name_zh"] or names["name_en"]):
        raise RuleBroken(_("A customer needs a name in Chinese or in English."), field="name_zh")
    keys = search_keys(**names, former_names=fields.get("former_names", ()))
    return given_columns(fields) | {name: getattr(keys, name) for name in KEY_FIELDS}


def given_columns(fields: Mapping[str, object]) -> dict[str, object]:
    """Column values of these fields, without the search keys: those follow from all names of a file."""
    return {f"{name}_id" if name in RELATIONS else name: plain(value) for name, value in fields.items()}


@action("customer.edit")
def edit_customer(
    *,
    customer: Customer,
    changes: CustomerFields,
    seen: Mapping[str, object],
    by: User,
    recorded_on: dt.date | None = None,
    version: int | None = None,
) -> Customer:
    """Save the changed basic data; a field somebody else changed since it was `seen` raises EditConflict and saves nothing.

    `version`: for writers that read the whole row; any other stored version is refused.
    """
    tidy = checked(changes, on=port_today())
    row = locked_customer(customer)
    refuse_other_version(row, version)
    refuse_taken_credit_code(str(tidy.get("credit_code", "")), but=row)
    if not (tidy.get("name_zh", row.name_zh) or tidy.get("name_en", row.name_en)):
        raise RuleBroken(_("A customer needs a name in Chinese or in English."), field="name_zh")
    refuse_circle(customer=row, parent=tidy.get("parent"))
    with _one_bearer_of(str(tidy["credit_code"]), but=row) if tidy.get("credit_code") else nullcontext():
        apply_edit(row=row, changes=tidy, seen=seen, by=by, recorded_on=recorded_on)
    return row


@action("customer.assign")
def assign_customer(*, customer: Customer, changes: CustomerFields, by: User, seen: Mapping[str, object] | None = None) -> Customer:
    """Decide tier, key account, account manager, department or status; conflicts are told as in edit_customer."""
    row = locked_customer(customer)
    wanted = dict(changes)
    if wanted.get("tier", row.tier) == Tier.KEY:
        wanted["is_key_account"] = True
    before, after = row.account_manager, wanted.get("account_manager")
    if after is not None and after != before:
        refuse_who_cannot_take_on(after, field="account_manager")
    apply_edit(row=row, changes=wanted, seen=seen or {}, by=by, recorded=False)
    if before is not None and row.account_manager is None:
        refuse_key_account_in_pool(row)
    if row.account_manager != before:
        record_change(customer=row, kind=CareChangeKind.ASSIGNED, before=before, by=by)
        if row.account_manager is not None:
            tell_handed_over(customer=row, to=row.account_manager, by=by)
    return row


@contextmanager
def _one_bearer_of(credit_code: str, *, but: Customer | None = None) -> Iterator[None]:
    """Two people may write the same code at the same moment; the constraint decides, the second is told who has it."""
    try:
        with transaction.atomic(), rules_told():
            yield
    except RuleBroken as refusal:
        if "a_credit_code_belongs_to_one_customer" in str(refusal.__cause__):
            refuse_taken_credit_code(credit_code, but=but)
        raise
