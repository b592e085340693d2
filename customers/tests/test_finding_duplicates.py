"""Files of one firm are found by what they share; people decide about the pairs."""

import csv
import datetime as dt
import json

import pytest

from customers.models import Customer, DuplicateCandidate
from customers.services.customers import create_customer, create_customers
from customers.services.duplicates import dismiss_duplicates, fill_match_keys, scan_for_duplicates
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.errors import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NIGHT = dt.datetime(2026, 11, 24, 18, 0, tzinfo=dt.UTC)
LATER = NIGHT + dt.timedelta(days=1)


def found() -> list[tuple[str, str, list[str], float]]:
    rows = DuplicateCandidate.objects.filter(state="open").select_related("first", "second")
    return [(row.first.label, row.second.label, row.reasons, float(row.score)) for row in rows]


def scan(at: dt.datetime = NIGHT) -> int:
    return scan_for_duplicates(at=at, by=system_user())


def test_names_that_differ_in_legal_form_brackets_width_and_script_make_a_pair():
    make_customer(name_zh="海丰演示（青岛）船务有限公司")
    make_customer(name_zh="青岛海豐演示船務股份有限公司")
    make_customer(name_zh="海丰演示（大连）船务有限公司")

    assert scan() == 1

    assert found() == [("海丰演示（青岛）船务有限公司", "青岛海豐演示船務股份有限公司", ["name"], 0.8)]


def test_independent_hints_add_up():
    make_customer(name_zh="北港演示矿业有限公司", phone="0411-8888 6666", email="office@beigang.invalid", credit_code="91350100M000100Y43")
    make_customer(name_zh="北港演示矿业公司", phone="041188886666", email="Office@beigang.invalid")
    make_customer(name_zh="北港演示矿业股份有限公司")

    scan()

    assert found() == [
        ("北港演示矿业有限公司", "北港演示矿业公司", ["name", "email", "phone"], 0.94),
        ("北港演示矿业有限公司", "北港演示矿业股份有限公司", ["name"], 0.8),
        ("北港演示矿业公司", "北港演示矿业股份有限公司", ["name"], 0.8),
    ]


def test_two_legal_entities_of_one_name_are_proposed_only_where_more_speaks_for_it():
    make_customer(name_zh="双桥演示贸易有限公司", credit_code="91350100M000100Y43", email="one@shuangqiao.invalid", phone="059112345678")
    make_customer(name_zh="双桥演示贸易公司", credit_code="91350211M000100Y43", email="one@shuangqiao.invalid", phone="059112345678")
    make_customer(name_zh="单桥演示贸易有限公司", credit_code="91350212M000100Y43")
    make_customer(name_zh="单桥演示贸易公司", credit_code="91350213M000100Y43")

    scan()

    assert found() == [("双桥演示贸易有限公司", "双桥演示贸易公司", ["name", "email", "phone", "other_code"], 0.564)]


def test_a_switchboard_that_many_files_share_says_nothing():
    for number in range(21):
        make_customer(name_zh=f"园区演示企业{number}号", email="park@demo.invalid")

    assert scan() == 0


def test_a_dismissed_pair_comes_back_only_when_other_facts_speak_for_it():
    first, second = make_customer(name_zh="临港演示物流有限公司"), make_customer(name_zh="临港演示物流公司")
    scan()
    dismiss_duplicates(candidates=list(DuplicateCandidate.objects.all()), by=system_user())

    nothing_new = scan(LATER)
    Customer.objects.filter(pk__in=(first.pk, second.pk)).update(email="same@lingang.invalid")
    with_the_mail = scan(LATER + dt.timedelta(days=1))

    assert (nothing_new, with_the_mail) == (0, 1)
    assert found()[0][2] == ["name", "email"]


def test_a_dismissed_pair_stays_so_when_less_speaks_for_it_and_when_what_spoke_for_it_returns():
    phone = "059112345678"
    first = make_customer(name_zh="临港演示物流有限公司", phone=phone)
    make_customer(name_zh="临港演示物流公司", phone=phone)
    scan()
    dismiss_duplicates(candidates=list(DuplicateCandidate.objects.all()), by=system_user())

    waiting = []
    for day, written in enumerate(("059187654321", phone), start=1):
        Customer.objects.filter(pk=first.pk).update(phone=written)
        waiting.append(scan(LATER + dt.timedelta(days=day)))

    pair = DuplicateCandidate.objects.get()
    assert (waiting, pair.state, pair.decided_by, pair.reasons) == ([0, 0], "dismissed", system_user(), ["name", "phone"])


def test_a_dismissed_pair_comes_back_when_its_codes_no_longer_differ():
    first = make_customer(
        name_zh="双桥演示贸易有限公司", credit_code="91350100M000100Y43", email="one@shuangqiao.invalid", phone="059112345678"
    )
    make_customer(name_zh="双桥演示贸易公司", credit_code="91350211M000100Y43", email="one@shuangqiao.invalid", phone="059112345678")
    scan()
    dismiss_duplicates(candidates=list(DuplicateCandidate.objects.all()), by=system_user())

    Customer.objects.filter(pk=first.pk).update(credit_code="")

    assert scan(LATER) == 1


def test_a_pair_is_dismissed_by_one_of_two_people():
    make_customer(name_zh="临港演示物流有限公司"), make_customer(name_zh="临港演示物流公司")
    scan()
    pair = DuplicateCandidate.objects.get()
    dismiss_duplicates(candidates=[pair], by=system_user())

    with pytest.raises(RuleBroken, match="Somebody has decided|已有人"):
        dismiss_duplicates(candidates=[pair], by=system_user())


def test_what_no_longer_looks_alike_is_forgotten():
    first = make_customer(name_zh="临港演示物流有限公司")
    make_customer(name_zh="临港演示物流公司")
    scan()
    first.name_zh = "外港演示物流有限公司"
    first.save(update_fields=["name_zh"])

    assert scan(LATER) == 0
    assert DuplicateCandidate.objects.count() == 0


def test_files_stored_before_there_were_keys_get_them_with_the_scan():
    for name in ("旧档演示货运有限公司", "旧档演示货运公司"):
        make_customer(name_zh=name)
    Customer.objects.update(match_key="", match_key_en="")

    assert scan() == 1
    assert fill_match_keys(by=system_user()) == 0


@pytest.mark.samples
def test_of_the_44_groups_of_importers_at_least_35_are_proposed(samples):
    groups = json.loads((samples / "clv" / "importer_near_duplicates_candidates.json").read_text(encoding="utf-8"))
    names = sorted({name for group in groups for name in group})
    keys = dict(zip(names, create_customers(rows=[{"name_en": name} for name in names], by=system_user()), strict=True))

    scan()

    pairs = set(DuplicateCandidate.objects.filter(state="open").values_list("first_id", "second_id"))
    proposed = [group for group in groups if _joined({keys[name] for name in group}, pairs)]
    within = {tuple(sorted((keys[a], keys[b]))) for group in groups for a in group for b in group if a != b}
    assert len(groups) == 44
    assert len(proposed) >= 35
    assert pairs - within == set()


def _joined(group: set[int], pairs: set[tuple[int, int]]) -> bool:
    """All files of the group hang together by proposed pairs."""
    reached, waiting = set(), [next(iter(group))]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += [b if a == one else a for a, b in pairs if one in (a, b) and {a, b} <= group]
    return reached == group


@pytest.mark.samples
def test_among_the_port_companies_and_the_listed_ones_at_most_5_pairs_are_proposed(samples):
    port = (samples / "companies" / "cn_port_related_companies.txt").read_text(encoding="utf-8").split("\n")
    with (samples / "companies" / "cn_listed_companies_2021.csv").open(encoding="utf-8-sig", newline="") as lines:
        listed = [row["股票名称"] for row in csv.DictReader(lines)]
    names = [name.strip() for name in [*port, *listed] if name.strip()]
    create_customers(rows=[{"name_zh": name} for name in names], by=system_user())

    proposed = scan()

    assert (len(listed), Customer.objects.count()) == (4347, len(names))
    assert proposed <= 5


def test_whoever_opens_a_file_today_is_compared_with_the_old_ones():
    make_customer(name_en="ATLANTIC DEMO TRDG & MKTG INC", name_zh="")
    create_customer(name_en="Atlantic Demo Trading & Marketing Co., The", by=system_user())

    scan()

    assert found() == [("ATLANTIC DEMO TRDG & MKTG INC", "Atlantic Demo Trading & Marketing Co., The", ["english"], 0.6)]
