"""Pages of documents received: who sees them, what they show, at what cost in queries."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cargo.models import CargoDocument, Sighting
from cargo.queries import documents
from cargo.queries.documents import report_of
from cargo.tests.factories import edifact, make_document, stowage
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

PERSON = 1  # the user; the session lies in the cache
LIST, UPLOAD = "/cargo/documents/", "/cargo/documents/new/"


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def logged_in(client, role: Role | None, language: str = "en"):
    client.force_login(make_user(role, language=language) if role else make_user(language=language))
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def staff(client):
    return logged_in(client, Role.OPERATIONS)


def upload(client, **files: bytes):
    return client.post(UPLOAD, {"files": [SimpleUploadedFile(f"{name}.edi", content) for name, content in files.items()]})


def rows(answer) -> list[CargoDocument]:
    return list(answer.context["listing"].rows)


def test_who_has_no_role_sees_neither_list_nor_report_nor_file(client):
    document = make_document(content=stowage("CSQU3054383", vessel="SECRET SHIP"))
    stranger = logged_in(client, None)

    answers = [stranger.get(path) for path in (LIST, UPLOAD, document.get_absolute_url(), f"{document.get_absolute_url()}file/")]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert [answer for answer in answers if b"SECRET SHIP" in answer.content] == []


@pytest.mark.parametrize(("role", "may"), [(Role.SERVICE, False), (Role.AUDITOR, False), (Role.MARKETING, True), (Role.MANAGER, True)])
def test_some_read_and_take_nothing_in(client, role, may):
    make_document()
    person = logged_in(client, role)

    listed, taken = person.get(LIST), upload(person, new=stowage("MSKU0000011"))

    assert (len(rows(listed)), UPLOAD in listed.content.decode(), taken.status_code) == (1, may, 200 if may else 403)
    assert CargoDocument.objects.count() == (2 if may else 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_document_and_with_three(staff, django_assert_num_queries, count):
    for number in range(count):
        make_document(content=stowage("CSQU3054383", number=f"P{number}"), name=f"{number}.edi")

    # rows, heads of their messages, pins of the sidebar
    with django_assert_num_queries(PERSON + 3):
        staff.get(LIST)


def test_the_list_tells_newest_first_what_each_file_is(staff):
    make_document(content=stowage("CSQU3054383", vessel="OLDER"), name="older.edi")
    make_document(content=stowage("CSQU3054383", "MSKU0000010"), name="newer.edi")

    answer = staff.get(LIST, {"columns": "file_name,kind,type,number,vessel"})

    assert [row.file_name for row in rows(answer)] == ["newer.edi", "older.edi"]
    html = answer.content.decode()
    assert [word for word in ("Stowage plan", "BAPLIE", "PLAN7", "MV EXAMPLE 017E") if word not in html] == []


@pytest.mark.parametrize(("query", "found"), [
    ("q=EXAMPL", ["plan.edi"]), ("q=PLAN", ["plan.edi"]), ("q=017e", ["plan.edi"]), ("q=order", ["order.edi"]), ("q=nothing", []),
    ("kind=booking", ["order.edi"]), ("kind=manifest", []), ("type=BAPLIE", ["plan.edi"]), ("remarks=true", ["plan.edi"]),
    ("remarks=false", ["order.edi"]),
])  # fmt: skip
def test_the_list_is_narrowed(staff, query, found):
    make_document(content=stowage("MSKU0000010"), name="plan.edi")
    make_document(content=edifact("BGM++B1+9", "NAD+CZ+++SHIPPER LTD"), name="order.edi")

    assert [row.file_name for row in rows(staff.get(f"{LIST}?{query}"))] == found


def test_several_files_are_taken_in_each_with_its_own_outcome(staff):
    make_document(content=stowage("CSQU3054383"), name="first.edi")

    answer = upload(staff, again=stowage("CSQU3054383"), table=b"a,b\n", empty=b"", new=stowage("MSKU0000010"))

    assert answer.status_code == 422
    told = [(one["name"], one.get("is_new"), str(one.get("refusal", ""))) for one in answer.context["outcomes"]]
    assert told == [
        ("again.edi", False, ""),
        ("table.edi", None, "This is neither an EDIFACT file nor a platform file."),
        ("empty.edi", None, "This is neither an EDIFACT file nor a platform file."),
        ("new.edi", True, ""),
    ]
    html = answer.content.decode()
    assert [html.count(word) for word in ("Known already", "Refused", "Taken in</")] == [1, 2, 1]
    assert CargoDocument.objects.count() == 2


def test_a_file_nobody_can_read_here_is_kept_and_marked(staff):
    shifted = stowage("CSQU3054383").replace(b"EQD+CN", b"EQD+3+CN")

    answer = upload(staff, shifted=shifted)

    assert [one["is_read"] for one in answer.context["outcomes"]] == [False]
    assert "not read" in answer.content.decode()


def test_no_file_at_all_is_told_at_the_field(staff):
    answer = staff.post(UPLOAD, {})

    assert (answer.status_code, answer.context["form"].errors) == (422, {"files": ["Please choose a file."]})


def test_a_report_tells_remarks_with_their_segments_first(staff):
    document = make_document(content=stowage("MSKU0000010", count=99))

    html = staff.get(document.get_absolute_url()).content.decode()

    assert "Container MSKU0000010 has a wrong check digit." in html
    assert "Message 7 says it has 99 segments; it has 11." in html
    assert html.index("wrong check digit") < html.index("MV EXAMPLE")
    assert "segment 11" in html


def test_a_report_tells_parties_goods_and_weights(staff):
    shipper = "NAD+CZ+C100:160:ZZZ++东海贸易有限公司+中山东一路 1 号+上海"
    content = edifact("BGM++B1+9", shipper, "GID+1+20:CT", "FTX+AAA+++COTTON YARN", "MEA+AAE+G+KGM:18000")

    html = staff.get(make_document(content=content).get_absolute_url()).content.decode()

    assert [
        word for word in ("Shipper", "东海贸易有限公司", "中山东一路 1 号 上海", "C100", "COTTON YARN", "18,000 kg") if word not in html
    ] == []


def test_a_report_is_chinese_to_a_chinese_reader(client):
    document = make_document(content=stowage("MSKU0000010"))

    html = logged_in(client, Role.OPERATIONS, "zh-hans").get(document.get_absolute_url()).content.decode()

    assert "箱号 MSKU0000010 校验位错误。" in html
    assert [word for word in ("配载清单", "船名", "航次", "重箱 1，空箱 0", "装货港", "卸货港") if word not in html] == []


def test_what_was_changed_or_cancelled_is_told_on_both_pages(staff):
    first = make_document(content=stowage("CSQU3054383"), name="first.edi")
    change = make_document(content=stowage("CSQU3054383", purpose="4"), name="second.edi")
    cancel = make_document(content=stowage("CSQU3054383", purpose="1"), name="third.edi")

    pages = [" ".join(staff.get(one.get_absolute_url()).content.decode().split()) for one in (first, change, cancel)]

    assert "Changed" in pages[0]
    assert f'href="{change.get_absolute_url()}#message-1">by second.edi</a>' in pages[0]
    assert "Changes what stands in first.edi" in pages[1]
    assert f'href="{cancel.get_absolute_url()}#message-1">by third.edi</a>' in pages[1]
    assert "Cancels what stands in second.edi" in pages[2]


def test_a_long_table_of_boxes_is_cut_and_says_how_many_more(staff, monkeypatch):
    monkeypatch.setattr(documents, "BOXES_SHOWN", 2)
    document = make_document(content=stowage("CSQU3054383", "MSKU0000010", "MSKU0000011"))

    html = staff.get(document.get_absolute_url()).content.decode()

    table = html[html.index("3 lines with boxes") :]
    assert ("MSKU0000010" in table, "MSKU0000011" in table, "1 more line; the file as it came holds it." in table) == (True, False, True)


def test_what_a_report_leaves_out_of_parties_places_and_goods_is_counted(staff, monkeypatch):
    for name in ("PARTIES_SHOWN", "PLACES_SHOWN", "GOODS_SHOWN"):
        monkeypatch.setattr(documents, name, 1)
    head = ("BGM++M1+9", "NAD+CA+++LINE ONE", "NAD+CA+++LINE TWO", "LOC+9+CNSHG", "LOC+11+KRPUS", "LOC+60+KRPUS", "CNI+1+BL1")
    parties = [f"NAD+CN+++FIRM {number}" for number in range(5)]
    places = ["LOC+9+CNNGB", "LOC+11+JPOSA", "LOC+7+JPKYO", "LOC+8+JPTYO"]
    goods = [line for number in range(6) for line in (f"GID+{number}+1:CT", f"FTX+AAA+++GOODS {number}")]
    document = make_document(content=edifact(*head, *parties, *places, *goods, kind="CUSCAR"))

    html = staff.get(document.get_absolute_url()).content.decode()

    (told,) = report_of(document).messages
    assert (told.more_parties, told.more_places) == (1, 2)
    assert [(bill.more_parties, bill.more_places, bill.more_goods) for bill in told.bills] == [(4, 3, 5)]
    counts = [html.count(f"{number} more line{'s' * (number > 1)}; the file as it came holds") for number in range(1, 6)]
    assert counts == [1, 1, 1, 1, 1]


def many_messages(count: int) -> bytes:
    """Bookings B1, B2 … of a firm each, in one file."""
    body = "".join(f"UNH+{n}+IFTMBF:D:95B:UN'BGM++B{n}+9'NAD+CN+++FIRM {n} LTD'UNT+4+{n}'" for n in range(1, count + 1))
    return f"UNB+UNOA:2+A+B+261127:0800+R1'{body}UNZ+{count}+R1'".encode()


def numbers_on(answer) -> list[str]:
    return [one.message.number for one in answer.context["report"].messages]


def test_a_message_far_down_in_its_file_is_shown_by_the_link_of_its_firm_and_by_what_cancels_it(staff):
    document = make_document(content=many_messages(60), name="many.edi")
    cancel = make_document(content=edifact("BGM++B55+1", "NAD+CN+++FIRM 55 LTD", kind="IFTMBF"))
    near, far = (Sighting.objects.get(name=f"FIRM {n} LTD", message__document=document).source_url for n in (50, 55))
    address = document.get_absolute_url()

    first, begun = staff.get(address), staff.get(far)
    pages = [" ".join(answer.content.decode().split()) for answer in (first, begun, staff.get(cancel.get_absolute_url()))]

    assert (near, far) == (f"{address}#message-50", f"{address}?from=55#message-55")
    assert (numbers_on(first)[-1], numbers_on(begun)) == ("B50", [f"B{n}" for n in range(55, 61)])
    assert f'<a href="{address}?from=51">10 more messages, kept like these.</a>' in pages[0]
    assert ("From message 55 of 60 on." in pages[1], 'id="message-55"' in pages[1], "more messages" in pages[1]) == (True, True, False)
    assert f'<a href="{far}">Cancels what stands in many.edi</a>' in pages[2]


@pytest.mark.parametrize("told", ["0", "61", "-1", "x", "²", "9" * 40, ""])
def test_a_number_that_no_message_has_begins_with_the_first(staff, told):
    document = make_document(content=many_messages(3))

    assert numbers_on(staff.get(document.get_absolute_url(), {"from": told})) == ["B1", "B2", "B3"]


def test_a_report_costs_the_same_however_many_messages(staff, django_assert_num_queries):
    one = make_document(content=stowage("CSQU3054383")).get_absolute_url()
    body = "".join(f"UNH+{n}+BAPLIE:D:95B:UN'BGM++P{n}+9'UNT+3+{n}'" for n in range(1, 6))
    five = make_document(content=f"UNB+UNOA:2+A+B+261127:0800+R1'{body}UNZ+5+R1'".encode()).get_absolute_url()

    # the document, its messages, what replaced them, the companies found, pins of the sidebar
    for address in (one, five):
        with django_assert_num_queries(PERSON + 5):
            staff.get(address)


def test_the_file_comes_back_as_it_was_and_is_never_shown(staff):
    content = stowage("CSQU3054383")
    document = make_document(content=content, name="plan 1.edi")

    answer = staff.get(reverse("cargo:document_file", args=[document.pk]))

    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"] == 'attachment; filename="plan 1.edi"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")


def test_markup_in_a_file_is_text_on_the_page(staff):
    document = make_document(content=stowage("CSQU3054383", vessel="<script>alert(1)</script>"), name="<b>.edi")

    html = staff.get(document.get_absolute_url()).content.decode() + staff.get(LIST).content.decode()

    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2


@pytest.mark.samples
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_sample_has_a_report_of_bounded_length(client, samples, language):
    person = logged_in(client, Role.OPERATIONS, language)
    paths = sorted([*(samples / "edifact").glob("*.edi"), *(samples / "cn_platform").glob("*.txt")])

    answers = [person.get(make_document(content=path.read_bytes(), name=path.name).get_absolute_url()) for path in paths]

    assert (len(answers), {answer.status_code for answer in answers}) == (61, {200})
    assert [path.name for path, answer in zip(paths, answers, strict=True) if path.name not in answer.content.decode()] == []
    assert [path.name for path, answer in zip(paths, answers, strict=True) if len(answer.content) > 500_000] == []
