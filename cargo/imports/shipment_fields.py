"""The columns a file of handled cargo may have, and how each cell is read."""

import datetime as dt
import re
from collections.abc import Collection
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.enums import COST_COLUMNS, CostItem, DatePrecision, PartyRole
from portcrm.exchange.importing import CellProblem, ImportField
from portcrm.exchange.parsing import choice, date, decimal_that_fits, integer, money_that_fits, month, text_up_to

REFUSE, OPEN = "refuse", "open"


NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(NAMES, start=1)}
NAMED_MONTH = re.compile(r"(?:(?P<day>\d{1,2})[- ])?(?P<month>[A-Za-z]{3})[- ](?P<year>\d{2})")
MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{2})(?: 0?0:00(?::00)?)?")
YEAR_FIRST = re.compile(r"(?P<year>0\d)(?P<month>\d{2})")  # a bare year has no nought in front
FIRST_SHORT_YEAR = 69  # as POSIX has it: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068


def short_date(cell: str) -> tuple[dt.date, str] | None:
    """A date with a year of two figures, where it can be read in one way only: Jan-00, 31-Jan-08, 1/31/14, 0106 (June 2001).

    5/6/14 is May here and June there: None.
    """
    for shape in (NAMED_MONTH, MONTH_FIRST, YEAR_FIRST):
        if found := shape.fullmatch(cell):
            parts = found.groupdict()
            day = int(parts.get("day") or 0)
            if shape is MONTH_FIRST and day <= len(MONTHS):
                return None
            short = int(parts["year"])
            year = short + (1900 if short >= FIRST_SHORT_YEAR else 2000)
            number = MONTHS.get(parts["month"].lower()) if shape is NAMED_MONTH else int(parts["month"])
            try:
                return dt.date(year, number or 0, day or 1), (DatePrecision.DAY if day else DatePrecision.MONTH).value
            except ValueError:
                return None
    return None


@lru_cache(maxsize=8192)
def day_or_month(cell: Any) -> tuple[dt.date, str]:
    """(date, precision): a day, or a month such as 1986-01 as its first day."""
    for parse, precision in ((date, DatePrecision.DAY), (month, DatePrecision.MONTH)):
        try:
            return parse(cell), precision.value
        except CellProblem:
            continue
    if found := short_date(str(cell).strip()):
        return found
    raise CellProblem(format_lazy(_("“{value}” is neither a day nor a month; write it as 2026-11-23 or 2026-11."), value=cell))


def not_negative(digits: int, places: int):
    """A parser for an amount of cargo."""
    parse = decimal_that_fits(digits, places)

    def amount(cell: Any) -> Decimal:
        found = parse(cell)
        if found < 0:
            raise CellProblem(_("A quantity is never negative; what was wrong is corrected in the ledger."))
        return found

    return amount


QUANTITY, TEU = not_negative(18, 3), not_negative(14, 3)  # as the columns of the ledger
MONEY, RATE = money_that_fits(18, 2), decimal_that_fits(18, 8)


def whole_lots(cell: Any) -> int:
    lots = integer(cell)
    if lots < 1:
        raise CellProblem(_("The number of lots is at least 1."))
    return lots


ITEM_WORDS = {
    CostItem.HANDLING: ("handling", "装卸", "装卸成本"),
    CostItem.STORAGE: ("storage", "堆存", "堆存成本"),
    CostItem.HAULAGE: ("haulage", "transport", "短驳", "短驳费", "运输", "运输费"),
    CostItem.TUGS: ("tugs", "pilotage", "拖轮", "拖轮费", "引航", "引航费"),
    CostItem.FREE_STORAGE: ("free storage", "免堆", "免堆费"),
    CostItem.CONCESSIONS: ("concession", "discount", "优惠", "让利"),
    CostItem.OTHER: ("other cost", "其他费用"),
}
ROLE_WORDS = {
    PartyRole.CARGO_OWNER: ("owner", "shipper", "实际货主", "货权人"),
    PartyRole.FORWARDER: ("freight forwarder", "货运代理", "货代公司"),
    PartyRole.CARRIER: ("carrier", "承运人", "船东"),
    PartyRole.AGENT: ("agent", "ship agent", "船舶代理", "船代公司"),
    PartyRole.HAULIER: ("trucker", "车队公司", "承运车队"),
    PartyRole.PAYER: ("paid by", "付款人", "结算单位"),
}
LEAVE, CORRECT = "leave", "correct"
KNOWN_WORDS = {LEAVE: "leave 不改 保留", CORRECT: "correct 更正 冲正"}
UNKNOWN_WORDS = {REFUSE: "refuse 退回 拒绝", OPEN: "open create 建档 新建"}


def one_of(words: dict):
    """A parser for a closed list: every word of it, in either language, means its key."""
    return choice({word: str(key) for key, line in words.items() for word in line.split()})


FIELDS = (
    ImportField(
        "customer",
        _("Customer"),
        text_up_to(200),
        required=True,
        aliases=("company", "consignee", "货主", "收货人", "公司名称", "客户编号", "委托人"),
        help=_("Customer code, credit code, or the exact name in either language"),
    ),
    ImportField(
        "unknown_customers",
        _("Unknown customers"),
        one_of(UNKNOWN_WORDS),
        help=_("The same for every row: “open” opens a file for each, “refuse” gives the row back (so it is unless you choose)"),
    ),
    ImportField(
        "handled_on", _("Handled on"), day_or_month, required=True, aliases=("date", "period", "month", "作业日期", "日期", "月份")
    ),
    ImportField(
        "cargo_class",
        _("Cargo class"),
        text_up_to(100),
        required=True,
        aliases=("class", "货类"),
        help=_("Its code, such as 01, or its name"),
    ),
    ImportField("form", _("Cargo form"), text_up_to(200), aliases=("货物形态", "形态"), help=_("The usual form of the class if empty")),
    ImportField("direction", _("Direction"), text_up_to(40), required=True, aliases=("进出口", "进出港", "流向")),
    ImportField("trade_kind", _("Trade"), text_up_to(200), aliases=("内外贸", "贸易"), help=_("Foreign trade if empty")),
    ImportField("transshipment", _("Transshipment"), text_up_to(40), aliases=("中转",)),
    ImportField("quantity", _("Quantity"), QUANTITY, required=True, aliases=("qty", "数量", "货量", "吨数", "箱量")),
    ImportField(
        "unit",
        _("Unit"),
        text_up_to(40),
        required=True,
        aliases=("单位", "箱型", "size_type"),
        help=_("t, kg, 万吨, kbbl …, TEU, or a container size-type such as 40HC or 22G1"),
    ),
    ImportField("lots", _("Lots"), whole_lots, aliases=("shipments", "票数", "批次"), help=_("1 if empty")),
    ImportField("tonnes", _("Tonnes"), QUANTITY, aliases=("weight", "重量吨", "毛重吨"), help=_("Needed where the unit is containers")),
    ImportField("teu", "TEU", TEU, aliases=("标准箱", "标箱")),
    ImportField("teu_laden", _("TEU laden"), TEU, aliases=("laden teu", "重箱teu", "重箱标箱"), help=_("What is not said stays unknown")),
    ImportField("teu_empty", _("TEU empty"), TEU, aliases=("empty teu", "空箱teu", "空箱标箱"), help=_("What is not said stays unknown")),
    ImportField("origin", _("Port of loading"), text_up_to(60), aliases=("pol", "装货港", "起运港")),
    ImportField("destination", _("Port of discharge"), text_up_to(60), aliases=("pod", "卸货港", "目的港", "port")),
    ImportField("vessel", _("Vessel name"), text_up_to(60), aliases=("船名",)),
    ImportField("voyage", _("Voyage"), text_up_to(30), aliases=("航次",)),
    ImportField("bl_no", _("Bill of lading no."), text_up_to(40), aliases=("bl", "b/l", "提单号")),
    ImportField("goods", _("Cargo description"), text_up_to(200), aliases=("cargo", "货名", "货物描述", "品名")),
    ImportField("revenue", _("Revenue"), MONEY, aliases=("收入", "港口费收", "包干费"), help=_("Empty means no data, never zero")),
    ImportField("cost", _("Cost"), MONEY, aliases=("成本",), help=_("Empty means no data, never zero")),
    *(
        ImportField(item.column, item.label, MONEY, aliases=ITEM_WORDS[item], help=_("The cost items add up to the cost"))
        for item in CostItem
    ),
    ImportField("currency", _("Currency"), text_up_to(3), aliases=("币种",), help=_("Of revenue and cost, if not the port's own")),
    ImportField("rate", _("Rate"), RATE, aliases=("汇率",), help=_("Units of the port's currency for one of the other")),
    ImportField("document_no", _("Document no."), text_up_to(60), aliases=("document", "单证号", "作业单号", "单号")),
    ImportField(
        "known_documents",
        _("Known documents"),
        one_of(KNOWN_WORDS),
        help=_(
            "With other figures than in the ledger: “correct” books a correction, “leave” gives the row back (so it is unless you choose)"
        ),
    ),
    *(
        ImportField(
            role.value, role.label, text_up_to(200), aliases=ROLE_WORDS[role], help=_("Found like the customer; empty where unknown")
        )
        for role in PartyRole
    ),
)


# The columns of the ledger that say what a field says: compared with the ledger only where the file has the field.
SAID: dict[str, tuple[str, ...]] = {
    "customer": ("customer_id",),
    "handled_on": ("handled_on", "precision"),
    "cargo_class": ("cargo_class_id",),
    "unit": ("unit_id",),
    "origin": ("origin_text",),
    "destination": ("destination_text",),
    "teu_laden": ("teu_laden", "teu_empty"),
    "teu_empty": ("teu_laden", "teu_empty"),
    **{item.column: (*COST_COLUMNS, "cost") for item in CostItem},
    **{
        name: (name,)
        for name in (
            *("form", "direction", "trade_kind", "transshipment", "quantity", "lots", "tonnes", "teu"),
            *("vessel", "voyage", "bl_no", "goods", "revenue", "cost", "currency", "rate"),
        )
    },
}


def said_by(fields: Collection[str]) -> list[str]:
    """The columns of the ledger about which a file with these fields says anything."""
    return list(dict.fromkeys(name for field in SAID if field in fields for name in SAID[field]))


def roles_in(fields: Collection[str]) -> list[str]:
    return [role.value for role in PartyRole if role.value in fields]
