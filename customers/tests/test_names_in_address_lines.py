"""Whom a party's lines name, and whether that is a firm."""

import pytest

from customers.naming.address_lines import Standing, name_of, standing_of


@pytest.mark.parametrize(("lines", "name"), [
    (("NINGBO XIANGHAO LEIBOV METAL", "INDUSTRIES CO. LTD", "P.C. 315174, MAPU"), "NINGBO XIANGHAO LEIBOV METAL INDUSTRIES CO. LTD"),
    (("COMERCIAL RIBA FARRE SA", "C/ BOTANICA NO37-39"), "COMERCIAL RIBA FARRE SA"),
    (("Kotkamills Oy", "Norskankatu 6"), "Kotkamills Oy"),
    (("SPOTPRESS", "24-26 Lilian Fowler Place"), "SPOTPRESS"),
    (("DEMO  EXPORT", "12 HARBOUR ROAD CO LTD"), "DEMO EXPORT"),
    (("演示国际贸易", "有限公司", "大连市中山区 1 号"), "演示国际贸易 有限公司"),
    (("演示钢铁（集团）有限公司", "青岛市黄岛区"), "演示钢铁（集团）有限公司"),
    (("SINGLE LINE",), "SINGLE LINE"), ((), ""),
])  # fmt: skip
def test_a_name_is_whole_where_it_runs_over_two_lines_and_never_takes_an_address(lines, name):
    assert name_of(lines) == name


@pytest.mark.parametrize(("lines", "standing"), [
    (("TO ORDER",), Standing.ORDER), (("TO THE ORDER OF DEMO BANK",), Standing.ORDER), (("Order of shipper",), Standing.ORDER),
    (("凭指示",), Standing.ORDER), (("ORDERLY TRADING LTD",), Standing.FIRM),
    (("DEMO COMMERCIAL BANK LTD", "BEIJING"), Standing.BANK), (("演示银行大连分行",), Standing.BANK),
    (("SAME AS CONSIGNEE",), Standing.SAME), (("同收货人",), Standing.SAME), (("SAMSON STEEL INC",), Standing.FIRM),
    (("DEMO FREIGHT FORWARDING", "CO., LTD."), Standing.FORWARDER), (("演示国际货运代理有限公司",), Standing.FORWARDER),
    (("DEMO STEEL GMBH",), Standing.FIRM), ((), Standing.UNNAMED),
])  # fmt: skip
def test_orders_banks_and_forwarders_are_told_from_firms(lines, standing):
    assert standing_of(lines) == standing
