"""A person is told all we hold, and is erased everywhere; figures stay."""

import datetime as dt
import io
import json
import zipfile
from urllib.parse import quote, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from customers.models import Contact, ContactDate, FollowUp, Interaction, Observation, ViewScore
from customers.services import contacts, personal
from customers.services.acquaintances import record_acquaintance
from customers.services.contacts import add_contact
from customers.services.customers import edit_customer
from customers.services.employments import add_employment, move_contact
from customers.services.erasing import erase_person
from customers.services.interactions import log_interaction
from customers.tests.factories import (
    DAY,
    make_acquaintance,
    make_assessment,
    make_contact,
    make_customer,
    make_follow_up,
    make_observation,
    make_view,
    make_visit,
)
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.bulk.models import BulkRun
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange.models import ImportChange, ImportProblem, ImportRun
from portcrm.files.models import Attachment
from portcrm.files.services.attachments import attach
from portcrm.notices.services import notify
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services import queue_email
from portcrm.outbox.tests.factories import make_draft, make_mail
from portcrm.pages.models import SavedView
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db

NAME, NAME_EN, EMAIL, OLD_EMAIL = "演示联系人 九十七", "Demo Person Ninety-Seven", "ninety7@example.invalid", "old.ninety7@example.invalid"
MOBILE, PROFILE_TEXT = "000-09797979", "下棋不肯悔子"
MARKERS = (NAME, NAME_EN, EMAIL, OLD_EMAIL, MOBILE, PROFILE_TEXT)


def attach_named(name: str, record, by) -> Attachment:
    upload = SimpleUploadedFile(name, name.encode())
    return attach(upload=upload, record=record._meta.label_lower, object_pk=record.pk, by=by)


@pytest.fixture(autouse=True)
def files_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def person(manager):
    """Somebody with traces wherever the product lets one leave some."""
    before = make_customer(name_zh="示范一号", account_manager=manager)
    contact = add_contact(
        customer=before, name=NAME, name_en=NAME_EN, email=OLD_EMAIL, mobile=MOBILE, position="物流经理", note=f"{NAME}周五不在", by=manager
    )
    contacts.edit_contact(contact=contact, changes={"email": EMAIL}, seen={}, by=manager)
    personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source=f"与{NAME}面谈", by=manager)
    personal.add_observation(contact=contact, aspect="interests", text=PROFILE_TEXT, purpose="visit", by=manager)
    personal.add_date(contact=contact, kind="birthday", month=2, day=29, purpose="service", by=manager)
    contact = move_contact(contact=contact, to=make_customer(name_zh="示范二号", account_manager=manager), on=DAY, by=manager)
    add_employment(contact=contact, customer=make_customer(name_zh="示范三号"), position="顾问", by=manager)
    log_interaction(
        customer=contact.customer, kind="call", subject=f"与{NAME}通话", summary=f"{NAME}（{MOBILE}）要报价", contacts=[contact], by=manager
    )
    make_follow_up(customer=before, title=f"给 {NAME_EN} 寄合同", detail=f"发到 {EMAIL}")
    edit_customer(customer=before, changes={"legal_representative": NAME}, seen={}, by=manager)
    personal.read_profile(contact=contact, by=manager)
    make_acquaintance(contact=contact, how=f"{NAME}带队来访", note=f"称呼{NAME}")
    visit = make_visit(customer=before, purpose=f"拜访{NAME}", talking_points=f"{NAME}关心箱源")
    visit.contacts.add(contact)
    view = make_view(customer=before, note=f"{NAME}说了算")
    ViewScore.objects.create(view=view, matter="container_supply", side="weight", score=5, evidence=f"{NAME}在会上说")
    make_assessment(customer=before, scale_note=f"{NAME}态度积极")
    follow_up = make_follow_up(customer=before, title=f"致电{NAME}")
    notify(recipients=[manager], kind="followup.due", values={"title": f"致电{NAME}"}, record_pk=follow_up.pk, by=make_user(Role.MARKETING))
    run = ImportRun.objects.create(
        importer="customers", state="done", file_name="a.csv", file_size=1, format="csv", shape="x", created_by=manager, finished_at=now()
    )
    ImportChange.objects.create(run=run, target=before.pk, kind="updated", before={"legal_representative": NAME}, after={"phone": MOBILE})
    BulkRun.objects.create(
        record="customers.customer", action="tag", query=f"q={quote(EMAIL)}", created_by=manager, values={"note": MOBILE}
    )
    SavedView.objects.create(record="customers.contact", name=f"找{NAME}", owner=manager, query=urlencode({"q": NAME, "sort": "name"}))
    SavedView.objects.create(record="customers.contact", name="电话", owner=manager, query=urlencode({"q": MOBILE}))
    attach_named(f"{NAME}名片.txt", before, manager)
    attach_named(f"{EMAIL}.txt", make_customer(), manager)
    make_mail(to_address=EMAIL, to_name=NAME, subject=f"{NAME}，您好", text=f"{NAME}：请看。")
    return contact


def texts_with(marker: str) -> list[str]:
    """table.column of every stored text, in the whole schema, in which the marker stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ILIKE %s)', [f"%{marker}%"])
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def test_after_erasure_no_text_of_the_database_names_the_person(person, manager):
    assert all(texts_with(marker) for marker in MARKERS)

    erase_person(contact=person, reason="request", by=manager)

    wanted = (*MARKERS, quote(EMAIL), quote(NAME))
    assert {marker: texts_with(marker) for marker in wanted} == {marker: [] for marker in wanted}


def test_what_counts_stays_without_the_person(person, manager):
    erased = erase_person(contact=person, reason="request", by=manager)

    interaction = Interaction.objects.get()
    assert (interaction.customer, interaction.subject, list(interaction.contacts.all())) == (person.customer, "与〔已抹除〕通话", [])
    assert FollowUp.objects.filter(title="给 〔已抹除〕 寄合同").count() == 1
    assert (erased.customer, erased.label, erased.may_be_written_to, erased.is_primary) == (
        person.customer, f"已抹除的个人 {person.pk}", False, False,
    )  # fmt: skip
    assert (Observation.objects.count(), ContactDate.objects.count(), erased.employments.count()) == (0, 0, 0)


def test_the_log_tells_who_erased_when_and_why_and_not_whom(person, manager):
    erase_person(contact=person, reason="request", by=manager)
    erase_person(contact=person, reason="purpose", by=manager)

    event = AuditEvent.objects.get(action="contact.erase")
    assert (event.actor_id, event.record_pk, event.detail["reason"]) == (manager.pk, str(person.pk), "request")
    assert event.record_text == f"已抹除的个人 {person.pk}"


def test_others_keep_their_own_names_addresses_and_numbers(manager):
    customer = make_customer(phone="000-1111")
    colleague = make_contact(customer=customer, name="演示联系人 九", name_en="", email="desk@example.invalid", phone="000-1111")
    elsewhere = make_contact(name="演示联系人 八", email="both@example.invalid")
    person = make_contact(customer=customer, name="演示联系人 八", name_en="", email="both@example.invalid", phone="000-1111")
    make_follow_up(customer=customer, title="致电 000-1111，找演示联系人 九")
    make_follow_up(customer=elsewhere.customer, title="拜访演示联系人 八")

    erase_person(contact=person, reason="request", by=manager)

    colleague.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (colleague.name, colleague.email, elsewhere.name, elsewhere.email) == (
        "演示联系人 九", "desk@example.invalid", "演示联系人 八", "both@example.invalid",
    )  # fmt: skip
    assert list(FollowUp.objects.order_by("pk").values_list("title", flat=True)) == ["致电 000-1111，找演示联系人 九", "拜访演示联系人 八"]
    assert queue_email(make_draft(to_address="both@example.invalid")).state == MailState.WAITING


def test_nothing_is_half_erased(person, manager, monkeypatch):
    def broken(**_arguments):
        raise RuntimeError("no")

    monkeypatch.setattr("customers.services.erasing.record", broken)

    with pytest.raises(RuntimeError):
        erase_person(contact=person, reason="request", by=manager)

    assert Contact.objects.get(pk=person.pk).name == NAME
    assert Observation.objects.get().text == PROFILE_TEXT


def test_an_address_that_comes_back_with_an_import_is_not_written_to(person, manager):
    erase_person(contact=person, reason="request", by=manager)

    again = add_contact(customer=make_customer(), name="导入者", email=EMAIL.upper(), by=manager)
    (key,) = contacts.add_contacts(rows=[{"customer": make_customer(), "name": "导入者", "email": EMAIL}], by=manager)
    mail = queue_email(make_draft(to_address=EMAIL))

    assert (again.may_be_written_to, Contact.objects.get(pk=key).may_be_written_to) == (False, False)
    assert (mail.state, mail.to_address, mail.text) == (MailState.WITHHELD, "", "")


def test_who_agrees_anew_is_written_to_again_and_who_complains_is_answered(person, manager):
    erase_person(contact=person, reason="request", by=manager)
    again = add_contact(customer=make_customer(), name="导入者", email=EMAIL, by=manager)

    service = queue_email(make_draft(to_address=EMAIL, service_mail=True))
    agreed = contacts.give_consent(contact=again, source="本人来信", by=manager)

    assert (service.state, agreed.may_be_written_to) == (MailState.WAITING, True)
    assert queue_email(make_draft(to_address=EMAIL)).state == MailState.WAITING


def test_a_mail_that_waits_is_not_sent_any_more(person, manager):
    erase_person(contact=person, reason="request", by=manager)

    mail = OutgoingEmail.objects.get()
    assert (mail.state, mail.to_address, mail.to_name, mail.subject, mail.text) == (MailState.WITHHELD, "", "", "", "")


def test_imported_copies_go_and_the_counts_of_the_import_stay(person, manager, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    run = ImportRun(
        importer="customers", state="done", file_name="a.csv", file_size=1, format="csv", shape="x", created_by=manager, created=7,
        encoding="gb18030", finished_at=now(),
    )  # fmt: skip
    run.file.save("a.csv", SimpleUploadedFile("a.csv", f"客户,邮箱\n{NAME},{EMAIL}\n".encode("gb18030")))
    ImportProblem.objects.create(run=run, row_number=2, raw=[NAME, EMAIL], details=[])
    path = tmp_path / run.file.name

    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(contact=person, reason="request", by=manager)

    run.refresh_from_db()
    assert (path.exists(), run.file.name, run.created, ImportProblem.objects.get().raw[1]) == (False, "", 7, "〔已抹除〕")
    assert texts_with(NAME) == []


def test_nobody_is_erased_while_a_file_that_names_them_is_imported(person, manager, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    run = ImportRun(importer="customers", state="waiting", file_name="a.csv", file_size=1, format="csv", shape="x", created_by=manager)
    run.file.save("a.csv", SimpleUploadedFile("a.csv", EMAIL.upper().encode()))

    with pytest.raises(RuleBroken):
        erase_person(contact=person, reason="request", by=manager)

    assert Contact.objects.get(pk=person.pk).name == NAME


def test_of_an_erased_person_nothing_is_recorded_any_more(person, manager):
    erased = erase_person(contact=person, reason="request", by=manager)

    for service, given in (
        (contacts.edit_contact, {"changes": {"name": "某人"}, "seen": {}}),
        (contacts.give_consent, {"source": "电话"}),
        (personal.record_basis, {"covers": "reach", "basis": "consent", "purpose": "visit", "source": "信"}),
        (move_contact, {"to": make_customer(), "on": DAY}),
    ):
        with pytest.raises(RuleBroken):
            service(contact=erased, by=manager, **given)


RECORDINGS = (
    (personal.add_observation, {"aspect": "interests", "text": "围棋九段", "purpose": "visit"}),
    (personal.add_date, {"kind": "other", "name": "入职纪念", "month": 3, "day": 1, "purpose": "visit"}),
    (personal.record_basis, {"covers": "profile", "basis": "consent", "purpose": "visit", "source": "再次面谈"}),
    (record_acquaintance, {"closeness": 3, "how": "同乡会"}),
    (contacts.give_consent, {"source": "电话里同意"}),
)
LATE_TEXTS = ("围棋九段", "入职纪念", "再次面谈", "同乡会", "电话里同意")


def write(service, given: dict, contact: Contact, by) -> object:
    users = {"user": by} if service is record_acquaintance else {}
    return service(contact=contact, by=by, **given, **users)


@pytest.mark.parametrize(("service", "given"), RECORDINGS)
def test_whoever_opened_the_page_before_the_person_was_erased_records_nothing(person, manager, service, given):
    opened = Contact.objects.get(pk=person.pk)
    erase_person(contact=person, reason="request", by=manager)

    with override("en"), pytest.raises(RuleBroken, match="have been erased"):
        write(service, given, opened, manager)

    assert [text for late in LATE_TEXTS for text in texts_with(late)] == []


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.parametrize(("service", "given"), RECORDINGS)
    def test_what_is_recorded_while_the_person_is_erased_is_erased_too_or_refused(self, service, given):
        by = make_user(Role.MANAGER, language="en")
        contact = make_contact(email="late@example.invalid", mobile=MOBILE)
        personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source="面谈", by=by)

        recorded, erased = at_once(
            lambda: write(service, given, contact, by),
            lambda: erase_person(contact=Contact.objects.get(pk=contact.pk), reason="request", by=by),
        )

        assert isinstance(erased, Contact)
        assert recorded is not None
        assert [text for late in LATE_TEXTS for text in texts_with(late)] == []

    def test_a_profile_keeps_nothing_that_was_noted_while_its_last_basis_was_withdrawn(self):
        by, contact = make_user(Role.MANAGER, language="en"), make_contact()
        basis = personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source="面谈", by=by)

        at_once(
            lambda: personal.add_observation(contact=contact, aspect="interests", text="围棋九段", purpose="visit", by=by),
            lambda: personal.withdraw_basis(basis=basis, by=by),
        )

        assert (Observation.objects.count(), texts_with("围棋九段")) == (0, [])

    def test_of_two_who_withdraw_the_last_two_grounds_one_deletes_the_profile(self):
        by, contact = make_user(Role.MANAGER, language="en"), make_contact()
        bases = [
            personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source=source, by=by)
            for source in ("面谈", "来信")
        ]
        personal.add_observation(contact=contact, aspect="interests", text="围棋九段", purpose="visit", by=by)

        at_once(*(lambda basis=basis: personal.withdraw_basis(basis=basis, by=by) for basis in bases))

        assert (Observation.objects.count(), personal.has_basis(contact)) == (0, False)


def test_withdrawing_the_basis_of_a_profile_deletes_it_with_its_history(person, manager):
    personal.withdraw_basis(basis=person.bases.get(), by=manager)

    assert texts_with(PROFILE_TEXT) == []
    assert (ContactDate.objects.count(), Contact.objects.get(pk=person.pk).name) == (0, NAME)


def handed_out(client, person) -> tuple[str, dict]:
    response = client.post(reverse("customers:person_file", args=[person.pk]))
    package = zipfile.ZipFile(io.BytesIO(response.content))
    page, data = sorted(package.namelist(), key=lambda name: name.endswith(".json"))
    return package.read(page).decode(), json.loads(package.read(data))


def test_all_we_hold_comes_as_a_page_and_as_data_and_is_logged(client, person, manager):
    client.force_login(manager)

    page, data = handed_out(client, person)

    assert {marker for marker in MARKERS if marker not in page} == set()
    told = json.dumps(data, ensure_ascii=False)
    assert {marker for marker in MARKERS if marker not in told} == set()
    assert AuditEvent.objects.filter(action="contact.hand_out", record_pk=str(person.pk), actor_id=manager.pk).count() == 1


@pytest.mark.parametrize("role", [Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.ADMIN, Role.AUDITOR])
def test_other_roles_neither_take_it_out_nor_erase(client, person, role):
    client.force_login(make_user(role))

    refused = [client.post(reverse(f"customers:{name}", args=[person.pk]), {"reason": "request", "sure": "on"})
               for name in ("person_file", "contact_erase")]  # fmt: skip

    assert [response.status_code for response in refused] == [403, 403]
    assert not any(marker in response.content.decode() for response in refused for marker in MARKERS)
    assert Contact.objects.get(pk=person.pk).erased_on is None


def test_the_page_erases_only_with_reason_and_tick(client, person, manager):
    client.force_login(manager)
    url = reverse("customers:contact_erase", args=[person.pk])

    assert client.post(url, {"reason": "request"}).status_code == 422
    assert Contact.objects.get(pk=person.pk).erased_on is None
    client.post(url, {"reason": "request", "sure": "on"})

    page = client.get(person.get_absolute_url()).content.decode()
    assert Contact.objects.get(pk=person.pk).erased_on is not None
    assert not any(marker in page for marker in MARKERS)


def test_history_stays_closed_to_everybody_else(person):
    """Only erasure gets past the trigger that keeps past states."""
    observation = make_observation(contact=person)
    table = "customers_observationevent"

    with pytest.raises(Exception, match="Cannot update or delete"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE pgh_obj_id = %s", [observation.pk])


def test_the_file_about_a_person_bears_the_ports_day_and_speaks_of_the_log_in_words(client, person, manager, monkeypatch):
    personal.read_profile(contact=person, by=manager)
    monkeypatch.setattr("customers.views.personal.now", lambda: dt.datetime(2026, 11, 25, 22, 30, tzinfo=dt.UTC))
    client.force_login(manager)

    response = client.post(reverse("customers:person_file", args=[person.pk]))

    assert "2026-11-26" in response["Content-Disposition"]
    _page, told = handed_out(client, person)
    logged = [text for group in told["holdings"] for row in group["rows"] for text in row.values() if text.startswith("Observations: ")]
    assert logged == ["Observations: 1"]
