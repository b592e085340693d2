"""What lists tell of a firm besides who it is and how it is reached: its papers, its money, its place in a group."""

import re
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from customers.identifiers import check_credit_code, is_organisation_code, normal_identifier
from customers.services.customers import NO_CREDIT_CODE, NO_ORGANISATION_CODE
from portcrm.exchange.importing import ImportField
from portcrm.exchange.parsing import Cell, CellProblem, amount_that_fits, date, text, text_up_to

BETWEEN_NAMES = re.compile(r"[;；、\n]")
MONEY = amount_that_fits(18, 2)
SURE_DIGITS = 10**15  # a spreadsheet keeps 15 digits of a number and makes the others up
FORMER_HELP = _("Several in one cell: separated by semicolons or line breaks.")
PARENT_HELP = _("The customer code or the exact name of a customer that is here already.")
ROUNDED = _("The spreadsheet has rounded this number. Format the column as text and write the number again.")


def names_up_to(length: int) -> Callable[[Cell], list[str]]:
    """Names in one cell, each once and in the given order."""
    one = text_up_to(length)
    return lambda cell: list(dict.fromkeys(one(name.strip()) for name in BETWEEN_NAMES.split(text(cell)) if name.strip()))


def digits_up_to(length: int) -> Callable[[Cell], str]:
    """A long number that nobody calculates with."""
    fits = text_up_to(length)

    def parse(cell: Cell) -> str:
        if isinstance(cell, int | float) and abs(cell) >= SURE_DIGITS:
            raise CellProblem(ROUNDED)
        return fits(cell)

    return parse


def credit_code(cell: Cell) -> str:
    written = normal_identifier(text_up_to(30)(cell))
    if not check_credit_code(written).valid:
        raise CellProblem(NO_CREDIT_CODE)
    return written


def organisation_code(cell: Cell) -> str:
    written = normal_identifier(text_up_to(30)(cell))
    if not is_organisation_code(written):
        raise CellProblem(NO_ORGANISATION_CODE)
    return written


FIRM_FIELDS = (
    ImportField("former_names", _("Former names"), names_up_to(200), aliases=("曾用名", "原名", "former name"), help=FORMER_HELP),
    ImportField("organisation_code", _("Organisation code"), organisation_code, aliases=("组织机构代码", "机构代码", "organization code")),
    ImportField("parent", _("Parent company"), text_up_to(300), aliases=("上级公司", "母公司", "上级单位", "parent"), help=PARENT_HELP),
    ImportField("hinterland", _("Hinterland"), text_up_to(200), aliases=("腹地", "所属腹地", "货源腹地")),
    ImportField("total_assets", _("Total assets"), MONEY, aliases=("资产总额", "总资产", "资产总计")),
    ImportField("net_assets", _("Net assets"), MONEY, aliases=("净资产", "资产净额")),
    ImportField("assets_as_of", _("Asset figures as of"), date, aliases=("资产日期", "资产截至日期", "资产数据日期", "assets as of")),
    ImportField("licence_no", _("Business licence number"), digits_up_to(40), aliases=("营业执照号", "执照号", "注册号", "licence no")),
    ImportField("licence_valid_until", _("Licence valid until"), date, aliases=("营业期限至", "执照到期日", "执照有效期", "licence end")),
    ImportField("bank_name", _("Bank"), text_up_to(200), aliases=("开户行", "开户银行", "bank name")),
    ImportField("bank_account", _("Bank account"), digits_up_to(50), aliases=("银行账号", "账号", "银行账户", "账户", "account no")),
    ImportField("postal_code", _("Postal code"), text_up_to(20), aliases=("邮编", "邮政编码", "zip", "postcode")),
    ImportField("fax", _("Fax"), text_up_to(50), aliases=("传真", "传真号码")),
    ImportField("wechat", _("WeChat"), text_up_to(60), aliases=("微信", "微信号", "公众号")),
)  # fmt: skip
