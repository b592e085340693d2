"""What the index of names tells of a word: the same files as reading each of them, whatever the word stands in."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Customer
from customers.naming import pinyin_of, searching
from customers.naming.sample import hits
from customers.naming.searching import Search
from customers.queries.search import find_customers
from customers.tests.factories import make_contact, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def files(monkeypatch):
    make_customer(code="C1", name_zh="上海海澜远洋物流有限公司", name_en="Hailan Ocean Logistics Co., Ltd.")
    make_customer(code="C2", name_zh="重庆集海航运有限责任公司", email="ocean@example.invalid")
    former = [f"海洋旧名{number}号第一第二第三第四第五公司" for number in range(40)]
    make_customer(code="C3", name_zh="厦门长荣仓储有限公司", former_names=former)
    make_customer(code="C4", name_en="Ocean Bridge Forwarding", name_zh="")
    make_customer(code="C5", name_zh="宁波东方物流有限公司")
    make_contact(customer=Customer.objects.get(code="C5"), name="海洋老师", email="ocean.bridge@example.invalid")
    few_are_rare(monkeypatch, 1)  # nearly every word is a common one


def few_are_rare(monkeypatch, most: int) -> None:
    for limit in ("RARE", "FORETOLD_RARE"):
        monkeypatch.setattr(searching, limit, most)


def walked(text: str, reader) -> tuple[list[str], list[str], bool]:
    """Codes as the palette finds them and by reading every file, and whether the index was asked."""
    with CaptureQueriesContext(connection) as asked:
        hits = find_customers(reader, text, 25)
    read = Search(Customer.objects.visible_to(reader), reader).find(text)
    return sorted(hit.subtitle.split()[0] for hit in hits), sorted(row.code for row in read), any("walked" in one["sql"] for one in asked)


@pytest.mark.parametrize("text", ["公司", "物流", "海", "海 公司", "ocean", "OCEAN", "gongsi", "wuliu", "物流 gongsi", "洋"])
def test_a_common_word_is_looked_for_in_the_index(text):
    hits, read, by_index = walked(text, make_user(Role.MARKETING))

    assert by_index
    assert hits == read != []


@pytest.mark.parametrize("text", ["021-6666", "an", "C0", "ocean.bridge@example.invalid", "ocean 021-6666"])
def test_what_may_stand_elsewhere_is_not(text):
    Customer.objects.update(phone="021-66660000")

    hits, read, by_index = walked(text, make_user(Role.MARKETING))

    assert not by_index
    assert hits == read


def test_names_too_long_for_the_index_are_read():
    assert dict(Customer.objects.values_list("code", "walk_key"))["C3"] is None
    assert walked("旧名 公司", make_user(Role.MARKETING))[:2] == (["C3"], ["C3"])


def test_the_longest_names_fit_the_index():
    """Four bytes a sign, none like the other, so that nothing is gained by packing them."""
    signs = (chr(0x20000 + 37 * number) for number in range(1_000))
    without_reading = [sign for sign in signs if pinyin_of(sign) == sign]

    longest = make_customer(code="C9", name_zh="".join(without_reading[:159]), name_en="")

    longest.refresh_from_db()
    assert len(longest.walk_key.encode()) > 1_850


def test_a_new_address_is_told_at_once():
    customer = Customer.objects.get(code="C5")

    customer.email = "quay@example.invalid"
    customer.save(update_fields=["email"])

    customer.refresh_from_db()
    assert customer.walk_key.endswith(" QUAY@EXAMPLE.INVALID")
    assert [len(found) for found in walked("example", make_user(Role.MARKETING))[:2]] == [2, 2]


@pytest.mark.parametrize("also", [{}, {"status": "existing"}, {"tier": "standard", "status": "existing"}])
def test_no_file_is_lost_or_doubled_from_page_to_page(client, keeper, monkeypatch, also):
    """Forwards and back; among them names that begin with the word, one too long for the index and one found by its contact."""
    few_are_rare(monkeypatch, 3)
    for number in range(70):
        status = "existing" if number % 3 else "lost"
        make_customer(name_zh=f"{'海' if number % 7 == 0 else '港海'}货{number}公司", name_en="", status=status)
    Customer.objects.filter(code__in=("C3", "C5")).update(status="existing")
    matching = [row for row in Customer.objects.search("海", reader=keeper) if not also or row.status == "existing"]
    wanted = [row.pk for row in sorted(matching, key=lambda row: (not row.sort_key.startswith("HAI"), row.sort_key, row.pk))]
    assert set(Customer.objects.filter(code__in=("C3", "C5")).values_list("pk", flat=True)) < set(wanted)

    pages, address = [], f"{reverse('customers:customer_list')}?{urlencode({'q': '海', **also})}"
    while address:
        with CaptureQueriesContext(connection) as asked:
            pages.append(client.get(address).context["listing"])
            address = pages[-1].next_url
        assert any("walked" in one["sql"] for one in asked)
    back = client.get(pages[-1].previous_url).context["listing"]

    assert sum([[row.pk for row in page.rows] for page in pages], []) == wanted
    assert [row.pk for row in back.rows] == [row.pk for row in pages[-2].rows]
    assert len(pages) > 1


@pytest.fixture
def sampled(monkeypatch):
    """Twelve firms more in the sample of names and thirty that are not; a word counts as common from ten in the sample on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM generate_series(1000000, 1020000) AS n WHERE customers_sampled(n) LIMIT 12")
        keys = [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT n FROM generate_series(1000000, 1000040) AS n WHERE NOT customers_sampled(n) LIMIT 30")
        keys += [key for (key,) in cursor.fetchall()]
    for key in keys:
        make_customer(pk=key, code=f"D{key}", name_zh=f"青岛第{key}货运有限公司", name_en=f"Freight Forwarders {key}")
    make_customer(code="C50", name_zh="宁波海天公司", name_en="Haitian")
    few_are_rare(monkeypatch, 5)
    monkeypatch.setattr(searching, "SURELY_MANY", 10)
    return keys


def asked_for(text: str) -> tuple[list[str], Search]:
    search = Search(Customer.objects.all())
    with CaptureQueriesContext(connection) as asked:
        search.find(text)
    return [one["sql"] for one in asked if "customers_sampled" not in one["sql"]], search


@pytest.mark.parametrize("text", ["公司", "有限公司", "freight", "qingdao"])
def test_nobody_looks_whether_a_word_is_common_that_the_sample_knows_to_be(sampled, text):
    asked, search = asked_for(text)

    assert asked == []
    assert search.surely > searching.RARE
    assert search.told is not None


def test_the_sample_is_read_from_its_index_alone_and_without_merged_files(sampled):
    before = hits(["青岛", "宁波海天", "QINGDAO", "青_", "100%", "FREIGHT"])

    Customer.objects.filter(pk=sampled[0]).update(merged_into=Customer.objects.get(code="C50"))
    with CaptureQueriesContext(connection) as asked:
        after = hits(["青岛"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert before in ([12, 0, 12, 0, 0, 12], [12, 1, 12, 0, 0, 12])  # whether the firm of Ningbo is in it, its key decides
    assert after == [11]
    assert "Index Only Scan" in plan
    assert "customer_sample" in plan


def test_the_rarest_word_is_looked_for_first(sampled):
    asked, search = asked_for("公司 海天")

    assert search.few
    assert len(asked) == 1
    assert "海天" in asked[0]
    assert list(search.find("公司 海天").values_list("code", flat=True)) == ["C50"]


@pytest.mark.parametrize("text", ["C1", "02166660000", "91350100M000100Y43"])
def test_the_sample_is_not_asked_of_words_that_stand_elsewhere(sampled, text):
    """It holds names, no codes and telephone numbers."""
    assert asked_for(text)[1].foretold == {}


def test_a_word_that_hardly_any_of_the_sample_has_is_looked_for(sampled):
    assert len(asked_for("海天")[0]) == 1
    assert asked_for("物流")[1].surely == 0


@pytest.mark.parametrize(("end", "by_piece", "found"), [("1000008", True, 1), ("XYZ", True, 0), ("", False, 42)])
def test_a_long_word_is_looked_for_by_the_piece_that_hardly_any_name_has(sampled, monkeypatch, end, by_piece, found):
    """RS1000008 ends in a piece that one name has, and FORWARDERS in one that twelve of the sample have."""
    few_are_rare(monkeypatch, 1_000)
    word = f"freightforwarders{end}"

    asked, search = asked_for(word)

    assert (f"'{word[-6:].upper()}'" in asked[0] if asked else False) == by_piece
    assert set(sampled) >= set(search.find(word).values_list("pk", flat=True))
    assert search.find(word).count() == found


def test_between_rare_and_common_a_word_is_looked_for_and_then_walked_to(sampled, monkeypatch):
    """The sample has it eight times and more: who reads all its files reads far more than a page."""
    monkeypatch.setattr(searching, "FORETOLD_RARE", 1_000)
    monkeypatch.setattr(searching, "SURELY_MANY", 13)

    asked, search = asked_for("qingdao")
    monkeypatch.setattr(searching, "WALKED", 13)
    _asked, read = asked_for("qingdao")

    assert len(asked) == 1
    assert (search.known, search.surely, search.told is not None) == (None, searching.RARE + 1, True)
    assert (read.exactly, len(read.known.keys) if read.known else None, read.told) == (42, 42, None)


@pytest.mark.parametrize(("text", "codes"), [("海运", {"E2"}), ("o'neil", {"E4"}), ("oneil", {"E3", "E4"})])
def test_a_word_in_an_address_that_is_not_looked_for_there_finds_no_file(client, keeper, monkeypatch, text, codes):
    """The index of the names holds the e-mail as well; the list is read as the search says all the same."""
    few_are_rare(monkeypatch, 0)
    Customer.objects.filter(code="C3").delete()  # where a name is too long for the index, all is read as the search says anyway
    make_customer(code="E1", name_zh="甲公司", email="info@海运.example")
    make_customer(code="E2", name_zh="乙海运公司")
    make_customer(code="E3", name_zh="丙公司", name_en="", email="oneil@example.invalid")
    make_customer(code="E4", name_zh="丁公司", name_en="O'Neil Stevedores")

    with CaptureQueriesContext(connection) as asked:
        listing = client.get(reverse("customers:customer_list"), {"q": text}).context["listing"]

    assert {row.code for row in listing.rows} == codes
    assert set(listing.filtered.values_list("code", flat=True)) == codes
    assert any("walked" in one["sql"] for one in asked)


def test_each_lane_of_the_board_holds_its_own_files_of_a_common_word(client, keeper):
    Customer.objects.filter(code="C3").delete()  # its name is too long for the index, so all would be read as the search says
    for status in ("existing", "prospect", "lost"):
        for number in range(3):
            make_customer(name_zh=f"宁波{number}号物流公司", status=status)

    response = client.get(reverse("customers:customer_list"), {"q": "物流", "look": "board"})
    lanes = {
        status: client.get(reverse("customers:board_lane", args=[status]), {"q": "物流"}).context["lane"] for status in ("existing", "lost")
    }

    assert response.status_code == 200
    assert {status: {card.status for card in lane.cards} for status, lane in lanes.items()} == {"existing": {"existing"}, "lost": {"lost"}}
    assert [len(lane.cards) for lane in lanes.values()] == [3, 3]
