"""The complaint desk in a real browser: a case from the public page to its closing, on a phone and at a desk, with and without scripts."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from cargo.tests.factories import make_shipment
from customers.tests.factories import make_customer
from feedback.models import Complaint
from feedback.services.clocks import wait_for_customer
from feedback.services.closing import close_complaint
from feedback.services.complaints import add_note, answer_complaint, assign_complaint
from feedback.services.findings import record_claim, record_finding
from feedback.services.links import complaint_token
from feedback.tests.factories import make_action, make_complaint, make_inbound, make_response, make_staff
from portcrm.clock import now
from tests.e2e.screen import DESK, PHONE, Screen, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def staff():
    return make_staff(language="en", name="演示客服 01", name_en="Demo service 01")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_case_goes_from_the_public_page_to_its_closing(browser, live_server, staff, width, scripts):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
    customer, page = context.new_page(), context.new_page()
    customer.goto(f"{live_server.url}/o/complaint/?lang=en")
    customer.locator("label:has(input[name=group][value=transport])").click()
    customer.get_by_label("In one line").fill("Gate")
    customer.get_by_label("What happened?").fill("Four hours at gate 3.")
    customer.get_by_label("Your company").fill("Donghai")
    customer.get_by_role("button", name="Send the complaint").click()
    expect(customer.locator("h1")).to_contain_text("TS-")
    complaint = Complaint.objects.get()
    desk = Screen(page, live_server.url, scripts=scripts)
    desk.sign_in(staff, language="en")

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_load_state("networkidle")

    page.goto(live_server.url + reverse("feedback:complaint_board"))
    page.get_by_role("link", name=complaint.number).click()
    page.locator("select[name=owner]").select_option(str(staff.pk))
    press("Assign")
    page.locator("textarea[name=text]").fill("asked the gate")
    press("Write a note")
    page.locator("summary", has_text="Wait for the customer").click()
    page.locator("input[name=reason]").fill("a photo")
    press("Let the deadlines stand still")
    press("The customer has answered")
    page.get_by_role("link", name="Edit What was found").click()
    page.locator("select[name=cause]").select_option("process")
    page.locator("textarea[name=decision]").fill("Storage is waived.")
    press("Save")
    page.locator("textarea[name=answer]").fill("We opened a second lane.")
    press("Send the answer")
    customer.reload()
    expect(customer.locator("blockquote").first).to_contain_text("We opened a second lane.")
    expect(customer.locator("body")).not_to_contain_text("asked the gate")
    page.locator("select[name=outcome]").select_option("remedied")
    page.locator("select[name=word]").select_option("silent")
    page.locator("textarea[name=reason]").fill("Three calls, nobody answered.")
    press("Close the case")

    complaint.refresh_from_db()
    assert (complaint.state, complaint.closing_word, complaint.finding.decision) == ("closed", "silent", "Storage is waived.")
    assert (desk.complaints, desk.overflow()) == ([], 0)
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_shipment_is_chosen_while_a_complaint_is_written_and_another_on_its_page(browser, live_server, staff, scripts):
    first, second = make_shipment(vessel="新青岛", bl_no="COSU1"), make_shipment(bl_no="COSU2")
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    desk = Screen(page, live_server.url, scripts=scripts)
    desk.sign_in(staff, language="en")

    desk.open(reverse("feedback:complaint_create"), width=PHONE)
    for name, words in {"subject": "Wet cargo", "description": "Two pallets", "company_name": "Donghai", "vessel": "新青岛"}.items():
        page.locator(f"#id_{name}").press_sequentially(words)
    if not scripts:
        page.get_by_role("button", name="Look for shipments").click()
    page.locator("label", has_text="COSU1").locator("input").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Choose Shipments of the ledger").click()
    page.locator("#id_q").press_sequentially("COSU2")
    if not scripts:
        page.get_by_role("button", name="Search", exact=True).click()
    page.locator("#found-shipments tr", has_text="COSU2").get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("Take off")
    page.get_by_role("link", name="Back to the case").click()

    expect(page.locator("h1")).to_have_text("Wet cargo")
    expect(page.locator("#case")).to_contain_text("COSU2")
    assert list(Complaint.objects.get().shipment_links.values_list("shipment", flat=True)) == [first.pk, second.pk]
    assert (desk.complaints, desk.overflow()) == ([], 0)
    context.close()


def test_no_page_of_the_desk_has_a_fault_of_accessibility_or_is_too_wide(screen, staff):
    new = make_complaint(customer=make_customer(), bl_no="COSU6123456780")
    left = make_inbound(Precedence="bulk")
    about = make_shipment(customer=new.customer, vessel="新青岛", voyage="0123E")
    named = make_complaint(reporter_email="x@customer.invalid", customer=new.customer, shipments=[about, make_shipment()])
    worked = assign_complaint(complaint=named, owner=staff, at=now(), by=staff)
    add_note(complaint=worked, text="note", at=now(), by=staff)
    record_finding(complaint=worked, changes={"cause": "process", "decision": "waived"}, at=now(), by=staff)
    record_claim(complaint=worked, changes={"claimed": 1200}, by=staff)
    action = make_action(complaint=worked, owner=staff)
    wait_for_customer(complaint=worked, reason="a photo", at=now(), by=staff)
    closed = answer_complaint(
        complaint=assign_complaint(complaint=make_complaint(), owner=staff, at=now(), by=staff), answer="ok", at=now(), by=staff
    )
    closed = close_complaint(complaint=closed, outcome="remedied", word="agreed", at=now(), by=staff)
    questionnaire = make_response(overall=2).wave.version.questionnaire_id
    names = ("complaint_list", "complaint_board", "complaint_create")
    of_a_case = ("complaint", "complaint_edit", "complaint_finding", "complaint_claim", "complaint_action", "complaint_shipments")
    paths = [reverse(f"feedback:{name}") for name in names] + [reverse(f"feedback:{name}", args=[worked.pk]) for name in of_a_case]
    paths += [left.get_absolute_url(), about.get_absolute_url(), reverse("feedback:complaint_panel")]
    paths += [new.get_absolute_url(), closed.get_absolute_url(), action.get_absolute_url()]
    paths += [f"{new.customer.get_absolute_url()}?tab=complaints", reverse("feedback:questionnaire", args=[questionnaire])]
    paths += [reverse("opinion:complaint_status", args=[complaint_token(worked.public_id)])]
    found = []

    for language, theme, width in (("zh-hans", "light", PHONE), ("en", "dark", PHONE), ("zh-hans", "dark", DESK), ("en", "light", DESK)):
        screen.sign_in(staff, language=language, theme=theme)
        for path in paths:
            page = screen.open(path, width=width)
            found += [f"{path} {language} {theme} {width}: {fault}" for fault in faults(page)]
            found += [f"{path} {language} {width}: {screen.overflow()} px too wide"] if screen.overflow() > 0 else []

    assert found == []
