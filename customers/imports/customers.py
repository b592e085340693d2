"""The importer `customers`: whole files of customers as well as plain lists of company names."""

import re
from collections.abc import Sequence
from functools import cache

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers import permissions
from customers.enums import CustomerStatus, CustomerType, LegalForm, Tier
from customers.models import Channel, Customer, Region
from customers.naming.keys import CHINESE
from customers.services.importing import take_in_customers
from portcrm.bilingual import enumerated
from portcrm.exchange.importing import Importer, ImportField, Problem, Row, SummaryLine, WriteResult
from portcrm.exchange.parsing import choice, date, decimal_that_fits, text, text_up_to

LANGUAGES = ("zh-hans", "en")
SEPARATORS = re.compile(r"[,;，；、/|]")
MORE_WORDS = {
    CustomerType: {
        "货主": "cargo_owner", "货代": "forwarder", "货运代理": "forwarder", "船公司": "carrier", "船代": "ship_agent",
        "船舶代理": "ship_agent", "车队": "trucking", "贸易商": "trader", "仓储": "storage", "码头": "terminal",
    },
}  # fmt: skip
NAMES = ("公司", "企业名称", "单位名称", "客户", "客户名称", "公司名称", "股票名称", "company", "company name", "customer")
MOST_NAMED = 20
CODE_HELP = _("Only to complete customers that are here already.")
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
    fields = (
        ImportField("name", _("Name (either language)"), text_up_to(200), aliases=NAMES),
        ImportField("name_zh", _("Name in Chinese"), text_up_to(200), aliases=("中文名称", "中文名", "chinese name")),
        ImportField("name_en", _("Name in English"), text_up_to(200), aliases=("英文名称", "英文名", "english name")),
        ImportField("short_name", _("Short name"), text_up_to(60), aliases=("简称", "公司简称")),
        ImportField("code", _("Customer code"), text_up_to(20), aliases=("客户编号", "编号"), help=CODE_HELP),
        ImportField("credit_code", _("Unified social credit code"), text_up_to(30), aliases=("信用代码", "社会信用代码", "uscc")),
        ImportField("types", _("Customer types"), listed(CustomerType), aliases=("类型", "客户类型", "type", "types")),
        ImportField("status", _("Status"), one_of(CustomerStatus), aliases=("状态",)),
        ImportField("tier", _("Service tier"), one_of(Tier), aliases=("服务层级", "级别")),
        ImportField("legal_form", _("Legal form"), one_of(LegalForm), aliases=("企业组织形式", "企业性质")),
        ImportField("region", _("Region"), text, aliases=("地区", "省份", "省")),
        ImportField("founded_on", _("Founding date"), date, aliases=("创业日期", "成立日期", "founded")),
        ImportField("registered_capital", _("Registered capital"), decimal_that_fits(18, 2), aliases=("注册资本", "资本额")),
        ImportField("legal_representative", _("Legal representative"), text_up_to(100), aliases=("法人代表", "法定代表人")),
        ImportField("business_scope", _("Business scope"), text, aliases=("营业项目", "经营范围", "行业", "industry")),
        ImportField("address_zh", _("Address in Chinese"), text_up_to(300), aliases=("地址", "注册地址", "address")),
        ImportField("address_en", _("Address in English"), text_up_to(300), aliases=("英文地址",)),
        ImportField("phone", _("Telephone"), text_up_to(50), aliases=("电话", "联系电话", "tel")),
        ImportField("email", _("E-mail"), text_up_to(254), aliases=("邮箱", "电子邮箱", "mail")),
        ImportField("website", _("Website"), text_up_to(200), aliases=("网址", "网站")),
        ImportField("note", _("Remarks"), text, aliases=("备注",)),
        ImportField("channel", _("Information channel"), text, aliases=("信息渠道", "信息来源", "来源")),
        ImportField("source_reference", _("Source reference"), text_up_to(300), aliases=("来源依据",)),
    )  # fmt: skip

    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        lists = {"region": Reference(Region, "code"), "channel": Reference(Channel, "key")}
        customers, numbers, problems = [], [], []
        for row in rows:
            fields = customer_of(row.values)
            unknown = next((name for name, known in lists.items() if fields.get(name) and not known.find(fields[name])), None)
            if unknown:
                problems.append(Problem(row.number, format_lazy(NOT_LISTED, value=fields[unknown]), unknown))
                continue
            customers.append(fields | {name: known.find(fields[name]) for name, known in lists.items() if fields.get(name)})
            numbers.append(row.number)
        taken = take_in_customers(rows=customers, evidence=getattr(run, "file_name", "")[:300], by=by)
        problems += [Problem(numbers[position], message, name) for position, message, name in taken.problems]
        return WriteResult(created=len(taken.created), updated=len(taken.updated), skipped=taken.unchanged, problems=problems)

    def summary(self, run) -> list[SummaryLine]:
        """Stored all the same: codes whose inner check digit is wrong, with the files that have them."""
        mine = Customer.objects.filter(updated_at__gte=run.started_at, recorded_by=run.created_by, source_reference=run.file_name[:300])
        doubtful = [row.code for row in mine.exclude(credit_code="").only("code", "credit_code").iterator() if row.has_doubtful_code]
        if not doubtful:
            return []
        label = _("Wrong check digit of the organisation code inside the credit code")
        return [SummaryLine(label, enumerated(doubtful[:MOST_NAMED]) + (" …" if doubtful[MOST_NAMED:] else ""), ok=False)]


def customer_of(values: dict) -> dict:
    """The fields that are filled; a name of unknown language goes where its characters belong."""
    fields = {name: value for name, value in values.items() if name != "name" and value is not None}
    name = values.get("name")
    if name:
        fields.setdefault("name_zh" if CHINESE.search(name) else "name_en", name)
    return fields
