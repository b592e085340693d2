"""The importer `customers`: whole files of customers as well as plain lists of company names."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers import permissions
from customers.enums import CustomerStatus, CustomerType, LegalForm, OperationMode, Tier
from customers.imports.firm_fields import FIRM_FIELDS, credit_code
from customers.imports.parents import Parents, parents_first
from customers.imports.rehearsing import CustomerRehearsal
from customers.models import Channel, Customer, Region
from customers.naming.keys import CHINESE
from customers.queries.field_words import FieldWords
from customers.queries.takers import takers
from customers.services.customers import faults_of
from customers.services.importing import POOL, take_in_customers
from customers.services.recognising import Decision
from customers.services.taking_back import take_back_customers
from portcrm.accounts.models import User
from portcrm.bilingual import enumerated
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.importing import Described, Importer, ImportField, Left, Outcome, Problem, Row, ShownChange, SummaryLine, WriteResult
from portcrm.exchange.parsing import amount_that_fits, choice, date, email, text, text_up_to
from portcrm.exchange.writing import keep_changes

LANGUAGES = ("zh-hans", "en")
SEPARATORS = re.compile(r"[,;，；、/|]")
MORE_WORDS = {
    CustomerType: {
        "货主": "cargo_owner", "货代": "forwarder", "货运代理": "forwarder", "船公司": "carrier", "船代": "ship_agent",
        "船舶代理": "ship_agent", "车队": "trucking", "贸易商": "trader", "仓储": "storage", "码头": "terminal",
    },
}  # fmt: skip
NAMES = ("公司", "企业名称", "单位名称", "客户", "客户名称", "公司名称", "股票名称", "company", "company name", "customer")
CHINESE_NAMES = ("中文名称", "中文名", "客户中文名称", "公司中文名称", "企业中文名称", "单位中文名称", "chinese name")
ENGLISH_NAMES = ("英文名称", "英文名", "客户英文名称", "公司英文名称", "企业英文名称", "单位英文名称", "english name")
MOST_NAMED = 20
NAME_FIELDS = ("name_zh", "name_en")
NAMING_FIELDS = ("name", *NAME_FIELDS)
NO_CUSTOMER = _("Nothing says which customer a row means: choose a column for the name or the customer code.")
NO_NAME = _(
    "No column is chosen for the name. Customers that are here already are found by their customer code and completed; "
    "a new customer cannot be added without a name."
)
CODE_HELP = _("Only to complete customers that are here already.")
MANAGER_HELP = _("A colleague's e-mail address or name, or “pool”. Empty: new customers go into the pool, others stay as they are.")
AUTHOR_HELP = _("The e-mail address of who recorded it, also where the account is closed. Empty: you.")
DAY_HELP = _("The day it was recorded, where it is taken over from elsewhere. Empty: today.")
POOL_WORDS = frozenset(("pool", "customer pool", "公海", "客户公海", "客户池"))
NO_AUTHOR = _("Nobody here has the e-mail address “{value}”.")
NO_COLLEAGUE = _("There is no colleague “{value}” here whose role works with customer files.")
SEVERAL_COLLEAGUES = _("Several colleagues are called “{value}”; write the e-mail address.")
NOT_TAKEN = _("Taken in is the basic data of customers. Contacts, traits, assessments and terms are written into the customer's file.")
NO_PARENT = _(
    "No customer here has the code or exactly the name “{value}”, or several have it: take the parent in first, or write its code."
)
NOT_LISTED = _("“{value}” is not in the list; an administrator keeps it under Settings.")


@cache
def words_of(choices) -> dict[str, str]:
    """Every accepted word of a list: its keys and its labels in both languages."""
    words = {str(value): str(value) for value in choices.values}
    for language in LANGUAGES:
        with translation.override(language):
            words |= {str(label): str(value) for value, label in choices.choices}
    return words


@cache
def parser_of(choices):
    """The parser of one entry; made when the first cell is read, because labels need the loaded catalogues."""
    return choice(words_of(choices) | MORE_WORDS.get(choices, {}))


def one_of(choices):
    return lambda cell: parser_of(choices)(cell)


def listed(choices):
    """Several entries in one cell, separated by comma, semicolon, slash or 、."""
    return lambda cell: [parser_of(choices)(word.strip()) for word in SEPARATORS.split(text(cell)) if word.strip()]


class Reference:
    """Rows of a code list by their key or by their name in either language; read once per chunk."""

    def __init__(self, model, key: str):
        self.by_word = {}
        for row in model.objects.active():
            self.by_word |= dict.fromkeys((str(getattr(row, key)).casefold(), row.name_zh.casefold(), row.name_en.casefold()), row)

    def find(self, word: str):
        return self.by_word.get(word.strip().casefold())


class CustomerImporter(Importer):
    key = "customers"
    label = _("Customers")
    permission = permissions.IMPORT_CUSTOMER
    result_url_name = "customers:customer_list"
    result_filter = "imported"
    not_taken = NOT_TAKEN
    fields = (
        ImportField("name", _("Name (either language)"), text_up_to(200), aliases=NAMES),
        ImportField("name_zh", _("Name in Chinese"), text_up_to(200), aliases=CHINESE_NAMES),
        ImportField("name_en", _("Name in English"), text_up_to(200), aliases=ENGLISH_NAMES),
        ImportField("short_name", _("Short name"), text_up_to(60), aliases=("简称", "公司简称")),
        ImportField("code", _("Customer code"), text_up_to(20), aliases=("客户编号", "编号"), help=CODE_HELP),
        ImportField("credit_code", _("Unified social credit code"), credit_code, aliases=("信用代码", "社会信用代码", "uscc")),
        ImportField("types", _("Customer types"), listed(CustomerType), aliases=("类型", "客户类型", "type", "types")),
        ImportField("status", _("Status"), one_of(CustomerStatus), aliases=("状态",)),
        ImportField("tier", _("Service tier"), one_of(Tier), aliases=("服务层级", "级别")),
        ImportField("legal_form", _("Legal form"), one_of(LegalForm), aliases=("企业组织形式", "企业性质")),
        ImportField("account_manager", _("Account manager"), text_up_to(254), aliases=("客户经理", "负责人", "owner"), help=MANAGER_HELP),
        ImportField("region", _("Region"), text, aliases=("地区", "省份", "省")),
        ImportField("founded_on", _("Founding date"), date, aliases=("创业日期", "成立日期", "founded")),
        ImportField("registered_capital", _("Registered capital"), amount_that_fits(18, 2), aliases=("注册资本", "资本额")),
        ImportField("legal_representative", _("Legal representative"), text_up_to(100), aliases=("法人代表", "法定代表人")),
        ImportField("operation_modes", _("Mode of operation"), listed(OperationMode), aliases=("经营方式", "经营模式")),
        ImportField("business_scope", _("Business scope"), text, aliases=("营业项目", "经营范围", "行业", "industry")),
        ImportField("address_zh", _("Address in Chinese"), text_up_to(300), aliases=("地址", "注册地址", "address")),
        ImportField("address_en", _("Address in English"), text_up_to(300), aliases=("英文地址",)),
        ImportField("phone", _("Telephone"), text_up_to(50), aliases=("电话", "联系电话", "tel")),
        ImportField("email", _("E-mail"), email, aliases=("邮箱", "电子邮箱", "mail")),
        ImportField("website", _("Website"), text_up_to(200), aliases=("网址", "网站")),
        ImportField("note", _("Remarks"), text, aliases=("备注",)),
        ImportField("channel", _("Information channel"), text, aliases=("信息渠道", "信息来源", "来源")),
        ImportField("source_reference", _("Source reference"), text_up_to(300), aliases=("来源依据",)),
        ImportField("recorded_by", _("Recorded by"), text_up_to(254), aliases=("录入人", "记录人", "建档人"), help=AUTHOR_HELP),
        ImportField("recorded_on", _("Recorded on"), date, aliases=("录入日期", "登记日期", "建档日期"), help=DAY_HELP),
        *FIRM_FIELDS,
    )  # fmt: skip

    tells_rows = mends_rows = takes_back = True

    def refuse_columns(self, named: Collection[str]) -> None:
        if not {*NAMING_FIELDS, "code"} & set(named):
            raise RuleBroken(NO_CUSTOMER, field="name")

    def caution(self, named: Collection[str]) -> Any:
        return None if set(NAMING_FIELDS) & set(named) else NO_NAME

    def write(self, rows: Sequence[Row], *, run, by, cared_for_elsewhere: int = 0) -> WriteResult:
        result = WriteResult()
        while rows:
            first, rows = parents_first(rows, customer_of)
            stored = self._store(first, run=run, by=by, cared_for_elsewhere=cared_for_elsewhere)
            result += stored
            if rows:
                keep_changes(stored, run=run)  # the others may speak of the same firms
        return result

    def _store(self, rows: Sequence[Row], *, run, by, cared_for_elsewhere: int) -> WriteResult:
        reader = RowReader(rows)
        customers, numbers, problems, decisions = [], [], [], {}
        one_name = {row.number for row in rows if row.values.get("name")}
        for row in rows:
            fields, faults = reader.read(row.values)
            if faults:
                problems += [Problem(row.number, *fault) for fault in faults]
                continue
            customers.append(fields)
            if row.choice:
                decisions[len(numbers)] = Decision(row.choice, row.target)
            numbers.append(row.number)
        evidence = getattr(run, "file_name", "")[:300]
        told = {"evidence": evidence, "decisions": decisions, "cared_for_elsewhere": cared_for_elsewhere, "lines": numbers, "run": run}
        taken = take_in_customers(rows=customers, **told, by=by)
        for position, message, field, *asked in taken.problems:
            number = numbers[position]
            problems.append(Problem(number, message, "name" if field in NAME_FIELDS and number in one_name else field, *asked))
        return WriteResult(
            created=len(taken.created),
            updated=len(taken.updated),
            skipped=taken.unchanged,
            problems=problems,
            outcomes=[Outcome(numbers[position], *told) for position, *told in taken.outcomes],
            changes=taken.changes,
        )

    def look_over(self, rows: Sequence[Row]) -> list[Problem]:
        reader = RowReader(rows)
        return [Problem(row.number, *fault) for row in rows for fault in reader.read(row.values)[1]]

    def rehearsal(self) -> CustomerRehearsal:
        return CustomerRehearsal(self, customer_of)

    def describe(self, targets: Collection[int], user) -> dict[int, Described]:
        found = Customer.objects.visible_to(user).filter(pk__in=targets)
        return {row.pk: Described(f"{row.code} {row.label}", row.get_absolute_url()) for row in found}

    def seen_by(self, user, targets: Collection[int]) -> set[int]:
        return set(Customer.every.visible_to(user).filter(pk__in=targets).values_list("pk", flat=True))

    def show_changes(self, changes: Mapping[str, Sequence]) -> list[ShownChange]:
        words = FieldWords()
        return [ShownChange(words.label(name), *(words.word(name, value) for value in pair)) for name, pair in changes.items()]

    def take_back(self, changes: Sequence, *, insist: bool, by) -> dict[int, Left]:
        return take_back_customers(changes=changes, insist=insist, by=by)

    def summary(self, run) -> list[SummaryLine]:
        """Stored all the same: codes whose inner check digit is wrong, with the files that have them."""
        mine = Customer.objects.filter(pk__in=run.changes.values("target")).with_doubtful_code().order_by("pk")
        doubtful = list(mine.values_list("code", flat=True)[: MOST_NAMED + 1])
        if not doubtful:
            return []
        label = _("Wrong check digit of the organisation code inside the credit code")
        return [SummaryLine(label, enumerated(doubtful[:MOST_NAMED]) + (" …" if doubtful[MOST_NAMED:] else ""), ok=False)]


class Fault(NamedTuple):
    """Nothing here answers to a word of a row, or it breaks a rule: a sentence for its author, and the field it concerns."""

    message: object
    field: str


class RowReader:
    """Turns the words of a row into the rows of our lists they name; each list that rows name is read once a chunk."""

    def __init__(self, rows: Sequence[Row]):
        lists = {"region": (Region, "code"), "channel": (Channel, "key")}
        self.lists = {name: Reference(*of) for name, of in lists.items() if any(row.values.get(name) for row in rows)}
        self.parents = Parents(row.values["parent"] for row in rows if row.values.get("parent"))
        self.colleagues: dict[str, set[User]] | None = None
        self.authors: dict[str, User] | None = None
        self.today = port_today()

    def read(self, values: dict) -> tuple[dict, list[Fault]]:
        """The fields of the row, and everything that is wrong with them."""
        fields = customer_of(values)
        faults = [Fault(broken.message, broken.field) for broken in faults_of(fields, on=self.today)]
        for name, known in self.lists.items():
            if fields.get(name):
                fields[name] = known.find(written := fields[name])
                if fields[name] is None:
                    faults.append(Fault(format_lazy(NOT_LISTED, value=written), name))
        if fields.get("parent"):
            fields["parent"] = self.parents.find(written := fields["parent"])
            if fields["parent"] is None:
                faults.append(Fault(format_lazy(NO_PARENT, value=written), "parent"))
        for name, find in (("account_manager", self._colleague), ("recorded_by", self._author)):
            if fields.get(name):
                fields[name] = find(fields[name])
                if isinstance(fields[name], Fault):
                    faults.append(fields[name])
        return fields, faults

    def _author(self, written: str) -> User | Fault:
        """Somebody who has or had an account here: files outlive those who wrote them."""
        if self.authors is None:
            self.authors = {user.email.casefold(): user for user in User.objects.people()}
        found = self.authors.get(written.strip().casefold())
        return found or Fault(format_lazy(NO_AUTHOR, value=written), "recorded_by")

    def _colleague(self, written: str) -> User | str | Fault:
        word = written.strip().casefold()
        if word in POOL_WORDS:
            return POOL
        if self.colleagues is None:
            self.colleagues = {}
            for user in takers().select_related("department"):
                for name in {user.email.casefold(), user.name.casefold(), user.name_en.casefold()} - {""}:
                    self.colleagues.setdefault(name, set()).add(user)
        found = self.colleagues.get(word, set())
        if len(found) != 1:
            return Fault(format_lazy(SEVERAL_COLLEAGUES if found else NO_COLLEAGUE, value=written), "account_manager")
        return next(iter(found))


def customer_of(values: dict) -> dict:
    """The fields that are filled; a name of unknown language goes where its characters belong."""
    fields = {name: value for name, value in values.items() if name != "name" and value is not None}
    name = values.get("name")
    if name:
        fields.setdefault("name_zh" if CHINESE.search(name) else "name_en", name)
    return fields
