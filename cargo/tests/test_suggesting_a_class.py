"""Goods of a paper point to a cargo class, by their HS code or by a word."""

import csv

import pytest
from django.utils.translation import override

from cargo import reference
from cargo.documents.document import lines_of, read_document
from cargo.documents.reading import NotReadable
from cargo.goods import Basis, GoodsRules, Rule, Suggestion, normal_pattern, suggest_class
from cargo.models import CargoClass, CargoSubclass, GoodsRule
from cargo.queries.suggestions import load_goods_rules, suggest
from cargo.tests.factories import load_reference

RULES = GoodsRules(
    [
        Rule("26", "03"),
        Rule("2601", "03", "031"),
        Rule("270120", "01", "015"),
        Rule("IRON ORE", "03", "031"),
        Rule("IRON", "04"),
        Rule("PAPER", "15"),
        Rule("MACHINE", "12"),
        Rule("GENERAL CARGO", "17", "171", is_general=True),
        Rule("煤", "01"),
        Rule("铁矿石", "03", "031"),
        Rule("机械", "12"),
    ]
)
# What stands in the sample files, and the class a port would give it, decided by reading; "": nobody could tell, or an
# abbreviation of one shipper's own, for which a port adds a rule of its own.
SAMPLES = {
    ("PAPER", "480431"): "15", ("PAPER", "48043158"): "15", ("PAPER", "48043180"): "15", ("PAPER", "480441"): "15",
    ("PAPER", "481020"): "15", ("PAPER", "481022"): "15", ("PAPER", "48102200"): "15", ("PAPER", "481055"): "15",
    ("MIXED METAL SCRAP", ""): "14", ("WOODEN FURNITURE", ""): "15", ("STEEL COIL", ""): "04", ("冷卷", ""): "04",
    ("IRON COIL SHEET METAL", ""): "04", ("PLASTICS:ARTICLES", ""): "13", ("PLASTIC TRAYS", ""): "13",
    ("AUTO", ""): "12", ("AUTOS", ""): "12", ("CHAINS", ""): "04", ("USED CLOTHING/FAK", ""): "15",
    ("FOODSTUFF", ""): "15", ("FAK/FOODSTUFF", ""): "15", ("GENERAL CARGO", ""): "17", ("FAK", ""): "17", ("FAK T/S", ""): "17",
    ("FAK/FO", ""): "17", ("SP PINEAPPLES(2)", ""): "16", ("SP PINEAPPLES(16)", ""): "16", ("SP PINEAPPLES(17)", ""): "16",
    ("NDM FROZEN", ""): "16", ("MT", ""): "", ("SM1", ""): "", ("IMCO 8", ""): "", ("FREETEXT DESC, DETAILS", ""): "",
    ("JESS MISC", ""): "", ("PLASTI", ""): "", ("FOODST", ""): "", ("AUTOP", ""): "", ("USED C", ""): "",
}  # fmt: skip
OWN_ABBREVIATIONS = ("BAN", "PIN", "PINES", "PINKGLOW")  # bananas and pineapples of one shipper


def test_the_longest_prefix_of_an_hs_code_wins_and_beats_words():
    assert suggest_class("PAPER", "2601.11 00", RULES) == Suggestion("03", "031", Basis.HEADING, "2601")
    assert suggest_class("", "2603000000", RULES) == Suggestion("03", "", Basis.CHAPTER, "26")
    assert suggest_class("", "27012000", RULES) == Suggestion("01", "015", Basis.SUBHEADING, "270120")


@pytest.mark.parametrize("code", ["", "2", "X123", "9901", "26-01", "0000000000000"])
def test_what_is_no_hs_code_or_has_no_rule_leaves_the_word_to_decide(code):
    assert suggest_class("Paper", code, RULES) == Suggestion("15", "", Basis.WORD, "PAPER")


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Iron ores, lumps", "IRON ORE"),
        ("paper machines", "MACHINE"),
        ("MACHINE PAPER", "MACHINE"),
        ("进口铁矿石(块)", "铁矿石"),
        ("煤 机 械", "机械"),
        ("ＩＲＯＮ", "IRON"),
        ("GENERAL CARGO: IRON", "IRON"),
        ("GENERAL CARGO", "GENERAL CARGO"),
    ],
)
def test_the_word_that_tells_most_wins(text, pattern):
    assert suggest_class(text, "", RULES).matched == pattern


def test_the_order_of_the_rules_makes_no_difference():
    pair = [Rule("SALT", "10"), Rule("RICE", "11")]

    assert [GoodsRules(rules).by_words("RICE SALT").matched for rules in (pair, pair[::-1])] == ["SALT", "SALT"]


@pytest.mark.parametrize("text", ["", "IRONING", "NEWSPAPER", "…", "钢"])
def test_where_no_rule_speaks_nothing_is_guessed(text):
    assert suggest_class(text, "", RULES) is None


def test_a_shipped_pattern_stands_once_and_as_texts_are_compared():
    patterns = [pattern for row in reference.rows("goods_rules") for pattern in row["patterns"].split("|")]

    assert [pattern for pattern in patterns if normal_pattern(pattern) != pattern] == []
    assert len(patterns) == len(set(patterns))


@pytest.mark.samples
@pytest.mark.django_db
def test_every_chapter_of_the_customs_tariff_has_a_suggestion(samples):
    load_reference()
    with (samples / "codes" / "harmonized_system.csv").open(encoding="utf-8") as lines:
        chapters = [row["hscode"] for row in csv.DictReader(lines) if row["level"] == "2"]
    rules = load_goods_rules()

    assert len(chapters) == 97
    assert [chapter for chapter in chapters if suggest("", chapter, rules=rules) is None] == []


def goods_of(content: bytes) -> set[tuple[str, str]]:
    try:
        document = read_document(content)
    except NotReadable:
        return set()
    return {
        (goods.description, goods.hs_code)
        for message in document.messages
        for held in (*message.consignments, *lines_of(message))
        for goods in held.goods
        if goods.description or goods.hs_code
    }


@pytest.mark.samples
@pytest.mark.django_db
def test_the_goods_of_the_sample_files_get_the_class_a_port_would_give_them(samples):
    load_reference()
    rules = load_goods_rules()
    files = [*(samples / "edifact").iterdir(), *(samples / "cn_platform").iterdir()]
    found = set().union(*(goods_of(file.read_bytes()) for file in files))
    told = {goods: (suggested.cargo_class_code if (suggested := suggest(*goods, rules=rules)) else "") for goods in found}
    own = {goods for goods in found if not goods[1] and any(word in goods[0] for word in OWN_ABBREVIATIONS) and "PINEAPPLE" not in goods[0]}

    assert {goods: told[goods] for goods in found - own} == SAMPLES
    assert {told[goods] for goods in own} == {""}


@pytest.mark.django_db
def test_a_rule_of_the_port_and_a_retired_one_count_at_once():
    load_reference()
    fruit = CargoSubclass.objects.get(code="162")
    GoodsRule.objects.create(pattern="PINE", cargo_class_id="16", subclass=fruit)

    assert suggest("PINES(2-17)").subclass_code == "162"

    GoodsRule.objects.filter(pattern="PINE").update(is_active=False)
    CargoSubclass.objects.filter(code="031").update(is_active=False)
    CargoClass.objects.filter(code="10").update(is_active=False)

    assert suggest("PINES(2-17)") is None
    assert (suggest("", "2601").cargo_class_code, suggest("", "2601").subclass_code) == ("03", "")
    assert suggest("SEA SALT") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("goods", "zh", "en"),
    [
        (("", "2601"), "海关税则品目 2601", "HS heading 2601"),
        (("", "9701"), "海关税则第 97 章", "HS chapter 97"),
        (("", "271111"), "海关税则子目 271111", "HS subheading 271111"),
        (("原煤 5500K", ""), "货名中的“原煤”", "the word “原煤”"),
    ],
)
def test_the_reason_reads_in_both_languages(goods, zh, en):
    load_reference()
    suggested = suggest(*goods)

    with override("zh-hans"):
        assert suggested.reason == zh
    with override("en"):
        assert suggested.reason == en


@pytest.mark.django_db
def test_many_suggestions_cost_one_query(django_assert_num_queries):
    load_reference()

    with django_assert_num_queries(1):
        rules = load_goods_rules()
        for goods in SAMPLES:
            suggest(*goods, rules=rules)
