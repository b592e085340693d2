"""The file card and the visit report on paper: what they say in both languages, A4, embedded fonts, who may have them."""

import datetime as dt
import io
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from customers.exports.paper import archive_card, visit_report
from customers.models import Customer, Interaction
from customers.services.care import join_team
from customers.services.employments import add_employment
from customers.services.interactions import log_interaction
from customers.services.personal import read_profiles
from customers.tests.factories import (
    make_assessment,
    make_contact,
    make_customer,
    make_interaction,
    make_observation,
    make_rating,
    make_view,
)
from portcrm import celery
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.paper import making, pdf
from portcrm.paper.drawing import draw
from portcrm.paper.kinds import kind_of
from portcrm.paper.making import make_printout
from portcrm.paper.models import Printout
from portcrm.paper.services import drop_expired, drop_printouts, nudge_waiting, order_printout

pytestmark = pytest.mark.django_db
A4 = (595, 842)  # points
CARD_WORDS = {
    "zh-hans": [
        "客户档案卡", "东港煤炭贸易有限公司", "示范港", "基础资料", "客户特征", "业务状况", "交易现状", "演示联系人 03",
        "000-12345678", "决策人", "演示银行第 3 支行", "邻港甲", "王 经办", "李 同事", "货主、贸易商",
    ],
    "en": [
        "Customer file card", "Donggang Coal Trading", "Example Port", "Basic data", "Traits", "Business status", "Transaction status",
        "Demo Contact 03", "000-12345678", "Decision maker", "演示银行第 3 支行", "Wang", "Li", "Cargo owner (shipper), Trader",
    ],
}  # fmt: skip
REPORT_WORDS = {
    "zh-hans": [
        "走访报告", "季度走访", "东港煤炭贸易有限公司", "演示联系人 03", "演示货代一人", "客户会议室", "提交疏港方案", "2026-12-08",
        "箱源保证", "了解未来四周的箱型和箱量",
    ],
    "en": [
        "Visit report", "Donggang Coal Trading", "Demo Contact 03", "Positive", "2026-12-08", "Container supply", "Take down box types",
    ],
}  # fmt: skip


@pytest.fixture
def keeper():
    return make_user(
        Role.MARKETING, name="王 经办", name_en="Wang", language="en", department=make_department(name_zh="市场部", name_en="Marketing")
    )


@pytest.fixture
def customer(keeper):
    firm = make_customer(
        name_zh="东港煤炭贸易有限公司", name_en="Donggang Coal Trading", types=["cargo_owner", "trader"], account_manager=keeper,
        bank_name="演示银行第 3 支行", phone="000-00000001", legal_representative="演示法人 001", hinterland="长江中上游",
    )  # fmt: skip
    make_contact(customer=firm, name="演示联系人 03", name_en="Demo Contact 03", phone="000-12345678", roles=["decision_maker"])
    make_assessment(customer=firm, scale=4, rival_ports="邻港甲")
    make_rating(customer=firm)
    join_team(customer=firm, user=make_user(Role.OPERATIONS, name="李 同事", name_en="Li"), function="operations", by=keeper)
    return firm


@pytest.fixture
def visit(customer, keeper):
    make_view({"container_supply": 5}, customer=customer, department=keeper.department, viewed_on=dt.date(2026, 1, 5))
    return log_interaction(
        customer=customer, kind="visit", subject="季度走访", summary="客户下季度货量看增，希望预留舱位。", outcome="positive",
        next_step="提交疏港方案", next_step_on=dt.date(2026, 12, 8), place="客户会议室", contacts=customer.contacts.all(),
        other_participants="演示货代一人", by=keeper,
    )  # fmt: skip


def printed(kind: str, target, *, language: str, by, extras=()) -> Printout:
    """A form asked for and made."""
    with override("en"):
        made = order_printout(kind=kind_of(kind), target=target, language=language, extras=extras, by=by)
        make_printout(made.pk)
    made.refresh_from_db()
    return made


def read(made: Printout) -> PdfReader:
    with made.file.open("rb") as file:
        return PdfReader(io.BytesIO(file.read()))


def text_of(reader: PdfReader) -> str:
    """The words without the breaks that lines and columns put between them."""
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def missing(words: list[str], text: str) -> list[str]:
    return [word for word in words if "".join(word.split()) not in text]


def unembedded(reader: PdfReader) -> list[str]:
    """Fonts a reader would have to find on the own machine."""
    names = []
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            described = inner["/FontDescriptor"].get_object()
            if not {"/FontFile2", "/FontFile3"} & set(described):
                names.append(str(inner["/BaseFont"]))
    return names


@pytest.mark.parametrize(("language", "words"), CARD_WORDS.items())
def test_the_card_says_all_of_the_file_in_the_language_it_is_asked_for_in(customer, keeper, language, words):
    reader = read(printed("file-card", customer, language=language, by=keeper))

    pages = len(reader.pages)
    assert missing([*words, customer.code, *(f"{number} / {pages}" for number in range(1, pages + 1))], text_of(reader)) == []
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {A4}
    assert unembedded(reader) == []
    assert reader.trailer["/Root"]["/Lang"] == language


@pytest.mark.parametrize(("language", "words"), REPORT_WORDS.items())
def test_the_report_of_a_visit_names_who_was_there_what_came_of_it_and_the_talking_points(visit, keeper, language, words):
    reader = read(printed("visit-report", visit, language=language, by=keeper))

    assert missing([*words, "客户下季度货量看增，希望预留舱位。", "1 / 1"], text_of(reader)) == []
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {A4}
    assert unembedded(reader) == []


def test_the_card_names_who_works_for_the_firm_beside_another_with_what_they_do_there(customer, keeper):
    contact = make_contact(name="演示联系人 07", name_en="Demo Contact 07", position="总经理", phone="000-7777777", is_primary=True)
    add_employment(contact=contact, customer=customer, position="顾问", by=keeper)
    make_observation(contact=contact, text="只谈长期合同")

    with override("zh-hans"):
        made = printed("file-card", customer, language="zh-hans", by=keeper, extras=["observations"])

    text = text_of(read(made))
    assert missing(["演示联系人 07", "顾问", "000-7777777", "只谈长期合同"], text) == []
    assert ["总经理" in text, "联系人07★" in text] == [False, False]


def test_a_long_card_is_numbered_on_every_page(customer, keeper):
    for number in range(40):
        make_contact(customer=customer, name=f"演示联系人 {number + 100}")

    reader = read(printed("file-card", customer, language="zh-hans", by=keeper))

    count = len(reader.pages)
    assert count > 1
    assert [f"{number}/{count}" in "".join(page.extract_text().split()) for number, page in enumerate(reader.pages, 1)] == [True] * count


def test_observations_are_printed_only_when_asked_for_and_the_reading_is_logged(customer, keeper):
    make_observation(contact=customer.contacts.get(), text="看重总成本而不是单价")

    without = text_of(read(printed("file-card", customer, language="zh-hans", by=keeper)))
    logged = AuditEvent.objects.filter(action="contact.read_profile").count()
    with_them = text_of(read(printed("file-card", customer, language="zh-hans", by=keeper, extras=["observations"])))

    assert ("看重总成本" in without, "看重总成本" in with_them) == (False, True)
    assert (logged, AuditEvent.objects.filter(action="contact.read_profile").count()) == (0, 1)


@pytest.mark.parametrize("many", [1, 30])
def test_the_profiles_of_a_card_are_read_and_logged_in_two_statements(keeper, django_assert_num_queries, many):
    customer = make_customer()
    known = [make_observation(contact=make_contact(customer=customer)).contact for _ in range(many)]
    without = make_contact(customer=customer)

    with django_assert_num_queries(6):  # the transaction and its context take four
        profiles = read_profiles(contacts=[*known, without], by=keeper)

    logged = AuditEvent.objects.filter(action="contact.read_profile").order_by("pk")
    assert [contact for contact, _observations in profiles] == known
    assert [(event.record_pk, event.actor_id, event.detail) for event in logged] == [
        (str(contact.pk), keeper.pk, {"observations": 1}) for contact in known
    ]


def test_only_persons_whose_observations_are_printed_are_in_the_log(customer, keeper):
    make_observation(contact=customer.contacts.get(), text="看重总成本而不是单价")
    make_observation(contact=make_contact(customer=customer), withdrawn_on=port_today(), withdrawn_by=keeper)
    make_contact(customer=customer)

    card = archive_card(customer, keeper, ["observations"])

    assert [contact for contact, _observations in card["profiles"]] == [customer.contacts.earliest("pk")]
    assert AuditEvent.objects.filter(action="contact.read_profile").count() == 1


def test_who_may_not_read_observations_cannot_print_them(customer, client):
    operations = make_user(Role.OPERATIONS)
    make_observation(contact=customer.contacts.get(), text="看重总成本而不是单价")
    client.force_login(operations)

    with override("en"), pytest.raises(RuleBroken, match="may not print"):
        order_printout(kind=kind_of("file-card"), target=customer, language="en", extras=["observations"], by=operations)
    page = client.get(reverse("paper:paper_page", args=["file-card", customer.pk]), {"language": "en", "extras": "observations"})

    assert customer.name_en in page.content.decode()
    assert "看重总成本" not in page.content.decode()
    assert not AuditEvent.objects.filter(action="contact.read_profile").exists()


@pytest.mark.parametrize(("form", "record"), [("file-card", "customer"), ("visit-report", "interaction")])
def test_the_pages_order_a_form_and_hand_it_to_whoever_asked_and_nobody_else(client, visit, keeper, form, record):
    target = visit if record == "interaction" else visit.customer
    client.force_login(keeper)
    ordered = client.post(reverse("paper:paper_order", args=[form, target.pk]), {"language": "en"})
    made = Printout.objects.get()
    before = client.get(reverse("paper:printout_file", args=[made.pk])).status_code
    make_printout(made.pk)

    taken = client.get(reverse("paper:printout_file", args=[made.pk]))
    content = b"".join(taken.streaming_content)
    client.force_login(make_user(Role.MARKETING))
    others = [
        client.get(reverse(f"paper:{name}", args=[made.pk])).status_code for name in ("printout", "printout_file", "printout_progress")
    ]

    assert ordered.url == made.get_absolute_url()
    assert before == 404
    assert content.startswith(b"%PDF-")
    assert taken["Content-Type"] == "application/pdf"
    assert others == [404, 404, 404]
    event = AuditEvent.objects.get(action="paper.take")
    assert (event.actor_id, event.record, event.record_pk) == (keeper.pk, f"customers.{record}", str(target.pk))
    assert (event.detail["form"], event.detail["format"]) == (form, "pdf")


def test_the_file_of_a_form_bears_the_ports_day_and_not_greenwichs(client, customer, keeper):
    made = printed("file-card", customer, language="en", by=keeper)
    Printout.objects.filter(pk=made.pk).update(asked_at=dt.datetime(2026, 11, 25, 22, 30, tzinfo=dt.UTC))  # 06:30 at the port, a day later
    client.force_login(keeper)

    taken = client.get(reverse("paper:printout_file", args=[made.pk]))
    taken.close()

    assert "2026-11-26.pdf" in unquote(taken["Content-Disposition"])


def test_a_role_lost_meanwhile_closes_the_file_and_the_job(client, customer, keeper):
    made = printed("file-card", customer, language="en", by=keeper)
    waiting = order_printout(kind=kind_of("file-card"), target=customer, language="en", by=keeper)
    keeper.roles = ["administrator"]
    keeper.save(update_fields=["roles"])
    client.force_login(keeper)

    answer = client.get(reverse("paper:printout_file", args=[made.pk]))
    make_printout(waiting.pk)

    waiting.refresh_from_db()
    assert answer.status_code == 403
    assert (waiting.state, bool(waiting.file)) == ("failed", False)


def test_a_form_made_twice_at_once_is_one_file(customer, keeper):
    made = printed("file-card", customer, language="en", by=keeper)
    name = made.file.name

    make_printout(made.pk)

    made.refresh_from_db()
    assert (made.file.name, made.attempts) == (name, 1)


def test_a_form_is_asked_of_a_worker_once_it_is_stored_and_again_while_it_waits(
    customer, keeper, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []
    monkeypatch.setattr(celery, "nudge", lambda task, *keys: asked.append((task, *keys)))
    with django_capture_on_commit_callbacks(execute=True):
        made = order_printout(kind=kind_of("file-card"), target=customer, language="en", by=keeper)

    nudge_waiting()
    make_printout(made.pk)
    nudge_waiting()

    assert asked == [("portcrm.paper.make", made.pk)] * 2


def test_what_a_lost_worker_left_is_taken_over_and_what_ends_its_workers_is_given_up(customer, keeper):
    with override("en"):
        lost, deadly = (order_printout(kind=kind_of("file-card"), target=customer, language="en", by=keeper) for _ in "12")
    an_hour_ago = now() - dt.timedelta(hours=1)
    Printout.objects.filter(pk=lost.pk).update(state="running", claimed_at=an_hour_ago, attempts=1)
    Printout.objects.filter(pk=deadly.pk).update(state="running", claimed_at=an_hour_ago, attempts=3)

    for made in (lost, deadly):
        make_printout(made.pk)

    assert list(Printout.objects.order_by("pk").values_list("state", "attempts")) == [("done", 2), ("failed", 4)]


def test_a_file_expires_and_its_page_says_so(client, customer, keeper, settings, django_capture_on_commit_callbacks):
    settings.PAPER_KEEP_HOURS = 2
    made = printed("file-card", customer, language="en", by=keeper)
    name = made.file.name

    early = drop_expired(at=now() + dt.timedelta(minutes=119), by=system_user())
    with django_capture_on_commit_callbacks(execute=True):
        late = drop_expired(at=now() + dt.timedelta(minutes=121), by=system_user())
    client.force_login(keeper)
    page = client.get(made.get_absolute_url()).content.decode()

    assert (early, late) == (0, 1)
    assert not default_storage.exists(name)
    assert reverse("paper:paper_order", args=["file-card", customer.pk]) in page


def test_stored_forms_of_a_record_are_dropped_at_once_for_erasure(customer, keeper, django_capture_on_commit_callbacks):
    made, other = (printed("file-card", one, language="en", by=keeper) for one in (customer, make_customer()))

    with django_capture_on_commit_callbacks(execute=True):
        dropped = drop_printouts(kinds=["file-card"], record_pks=[customer.pk], by=keeper)

    assert dropped == 1
    assert [default_storage.exists(one.file.name) for one in (made, other)] == [False, True]


def test_without_pango_the_job_says_so_and_offers_the_browsers_printing(client, customer, keeper, monkeypatch):
    monkeypatch.setattr(pdf, "HTML", None)
    made = printed("file-card", customer, language="zh-hans", by=keeper)
    client.force_login(keeper)
    client.cookies["django_language"] = "en"

    page = client.get(made.get_absolute_url()).content.decode()

    assert made.state == "failed"
    assert "the library Pango is missing" in page
    assert f"{reverse('paper:paper_page', args=['file-card', customer.pk])}?language=zh-hans" in page


def test_an_error_in_one_form_ends_it_with_a_message_and_stores_nothing(customer, keeper, monkeypatch):
    def broken(html):
        raise ValueError("no such font")

    monkeypatch.setattr(making, "make_pdf", broken)

    made = printed("file-card", customer, language="en", by=keeper)

    assert (made.state, bool(made.file)) == ("failed", False)
    assert "no such font" not in made.problem


def test_the_browser_prints_the_same_page_and_it_is_logged(client, customer, keeper):
    client.force_login(keeper)

    page = client.get(reverse("paper:paper_page", args=["file-card", customer.pk]), {"language": "zh-hans"})

    text = page.content.decode()
    assert "客户档案卡" in text
    assert "css/paper.css" in text
    assert "no-store" in page["Cache-Control"]
    assert AuditEvent.objects.get(action="paper.take").detail["format"] == "html"


def test_of_a_telephone_call_there_is_no_report(client, keeper):
    call = make_interaction(kind="call")
    client.force_login(keeper)

    assert client.get(reverse("paper:paper_order", args=["visit-report", call.pk])).status_code == 404


def test_words_of_a_file_are_text_and_no_part_of_the_page(keeper):
    customer = make_customer(name_en="<img src=//else.invalid/x>", note="</style><b>x</b>")

    html = draw(kind_of("file-card"), customer, user=keeper, language="en", extras=[], at=now(), in_browser=False)

    assert "<img" not in html
    assert "&lt;img src=//else.invalid/x&gt;" in html


@pytest.mark.parametrize(("facts", "model"), [(archive_card, Customer), (visit_report, Interaction)])
def test_whoever_may_not_see_the_record_gets_no_facts(visit, facts, model):
    with pytest.raises(model.DoesNotExist):
        facts(model.objects.get(), make_user(), [])
