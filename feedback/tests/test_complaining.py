"""A customer complains on the public page and follows the case."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from feedback.models import Complaint
from feedback.services.closing import close_complaint
from feedback.services.complaints import add_note, answer_complaint, assign_complaint, edit_complaint
from feedback.services.findings import record_finding
from feedback.services.links import complaint_token, invitation_token
from feedback.tests.factories import make_complaint, make_invitation, make_staff
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
FORM = "/o/complaint/?lang=en"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def data(**fields) -> dict:
    defaults = {
        "group": "transport",
        "subject": "Gate",
        "description": "Four hours at gate 3.",
        "company_name": "Donghai",
        "form_key": uuid4(),
    }
    return {name: str(value) for name, value in (defaults | fields).items()}


def test_a_complaint_gets_a_number_a_page_and_a_confirmation(client):
    answer = client.post(FORM, data(reporter_email="li@customer.invalid"))

    complaint = Complaint.objects.get()
    status = client.get(answer.url).content.decode()
    assert answer.url == reverse("opinion:complaint_status", args=[complaint_token(complaint.public_id)])
    assert complaint.number in status
    assert "Received" in status
    assert f"{complaint.due_on:%Y-%m-%d}" in status
    assert (complaint.channel.key, complaint.customer, complaint.company_name) == ("complaint_channel", None, "Donghai")
    assert (complaint.recorded_by.email, complaint.language) == ("system@portcrm.invalid", "en")
    assert OutgoingEmail.objects.get().to_address == "li@customer.invalid"


def test_a_double_click_complains_once(client):
    sent = data()

    first, second = client.post(FORM, sent), client.post(FORM, sent)

    assert first.url == second.url
    assert Complaint.objects.count() == 1


def test_a_double_click_on_the_last_one_allowed_leads_to_the_case(client, settings):
    settings.COMPLAINTS_AN_HOUR = 1
    sent = data()

    first, second, third = client.post(FORM, sent), client.post(FORM, sent), client.post(FORM, data())

    assert (first.status_code, second.url, third.status_code) == (302, first.url, 429)
    assert Complaint.objects.count() == 1


def test_a_form_that_waits_for_the_limit_is_not_let_in_by_a_second_press(client, settings):
    settings.COMPLAINTS_AN_HOUR = 0
    sent = data()

    assert [client.post(FORM, sent).status_code for _press in range(2)] == [429, 429]


def test_other_words_on_a_page_the_browser_went_back_to_are_another_complaint(client):
    sent = data()

    first = client.post(FORM, sent)
    changed = [client.post(FORM, sent | {"description": "And two more at gate 4."}) for _click in range(2)]

    assert changed[0].url == changed[1].url != first.url
    assert list(Complaint.objects.order_by("pk").values_list("description", flat=True)) == [
        "Four hours at gate 3.",
        "And two more at gate 4.",
    ]


def test_a_strangers_address_gets_none_of_the_words_typed_beside_it(client):
    client.post(FORM, data(subject="BUY-THIS", reporter_name="CLICK-HERE", reporter_email="victim@customer.invalid"))

    mail = OutgoingEmail.objects.get()
    assert [word for word in ("BUY-THIS", "CLICK-HERE") if word in f"{mail.to_name} {mail.subject} {mail.text} {mail.html}"] == []
    assert Complaint.objects.get().number in mail.text


def test_a_strangers_address_gets_three_mails_a_day_and_every_case_is_recorded(client):
    for address in ("victim@customer.invalid", "Victim@Customer.invalid") * 2:
        client.post(FORM, data(reporter_email=address))
    client.post(FORM, data(reporter_email="other@customer.invalid"))

    assert (Complaint.objects.count(), OutgoingEmail.objects.filter(to_address__iexact="victim@customer.invalid").count()) == (5, 3)
    assert OutgoingEmail.objects.filter(to_address="other@customer.invalid").count() == 1


def test_the_contact_who_was_asked_reads_the_own_words_in_the_mail(client):
    invitation = make_invitation(language="en")

    client.post(FORM, data(o=invitation_token(invitation.public_id), reporter_email=invitation.address, subject="Gate three"))

    assert "Gate three" in OutgoingEmail.objects.get().text


def test_whoever_comes_from_an_opinion_form_is_known(client):
    invitation = make_invitation()
    token = invitation_token(invitation.public_id)

    form = client.get(f"{FORM}&o={token}").content.decode()
    client.post(FORM, data(o=token, company_name=invitation.customer.name_en))

    assert f'value="{invitation.address}"' in form
    assert Complaint.objects.get().customer == invitation.customer
    assert Complaint.objects.get().contact == invitation.contact


def test_a_forged_origin_ties_the_complaint_to_nobody(client):
    client.post(FORM, data(o=f"{make_invitation().public_id}.forged"))

    assert Complaint.objects.get().customer is None


def test_missing_and_wrong_fields_are_named_and_every_word_is_kept(client):
    answer = client.post(FORM, data(subject="", reporter_email="not an address", description="my long story"))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_subject">' in html
    assert '<a href="#id_reporter_email">' in html
    assert "my long story" in html
    assert Complaint.objects.count() == 0


def test_a_text_beyond_the_limit_is_refused_and_kept(client, settings):
    settings.LONGEST_OPINION_TEXT = 50

    answer = client.post(FORM, data(description="x" * 51))

    html = answer.content.decode()
    assert "This text has 51 characters; at most 50 fit. Nothing was cut off." in html
    assert "x" * 51 in html
    assert Complaint.objects.count() == 0


def test_a_machine_that_fills_the_hidden_field_records_nothing(client):
    answer = client.post(FORM, data(website="spam"))

    assert answer.status_code == 422
    assert "Four hours at gate 3." in answer.content.decode()
    assert Complaint.objects.count() == 0


def test_too_many_complaints_of_one_network_wait_with_their_text(client, settings):
    settings.COMPLAINTS_AN_HOUR = 1
    client.post(FORM, data())

    answer = client.post(FORM, data(description="the second one"))

    assert answer.status_code == 429
    assert "the second one" in answer.content.decode()
    assert Complaint.objects.count() == 1


def test_changing_the_language_keeps_what_was_typed(client):
    answer = client.post(FORM, data(go="lang:zh-hans", description="half a story"))

    html = answer.content.decode()
    assert '<html lang="zh-Hans">' in html
    assert "half a story" in html
    assert Complaint.objects.count() == 0


def test_the_page_of_the_case_shows_the_answer_and_never_an_internal_note(client):
    staff = make_staff()
    complaint = make_complaint(language="en")
    add_note(complaint=complaint, text="this customer always complains", at=now(), by=staff)
    complaint = assign_complaint(complaint=complaint, owner=staff, at=now(), by=staff)
    answer_complaint(complaint=complaint, answer="We opened a second lane.", at=now(), by=staff)

    html = client.get(reverse("opinion:complaint_status", args=[complaint_token(complaint.public_id)])).content.decode()

    assert "We opened a second lane." in html
    assert "always complains" not in html
    assert staff.name not in html


def test_an_answer_taken_back_is_not_shown(client):
    staff = make_staff()
    complaint = assign_complaint(complaint=make_complaint(language="en"), owner=staff, at=now(), by=staff)
    answer_complaint(complaint=complaint, answer="A first try.", at=now(), by=staff)
    assign_complaint(complaint=complaint, owner=staff, at=now(), by=staff)

    html = client.get(reverse("opinion:complaint_status", args=[complaint_token(complaint.public_id)])).content.decode()

    assert "A first try." not in html


def test_the_number_alone_opens_nothing(client):
    complaint = make_complaint(description="secret matter")

    for guess in (complaint.number, complaint.public_id, f"{complaint.public_id}.{'x' * 43}"):
        answer = client.get(reverse("opinion:complaint_status", args=[guess]))
        assert answer.status_code == 404
        assert "secret matter" not in answer.content.decode()


def test_scripts_in_a_complaint_are_shown_as_text(client):
    complaint = make_complaint(subject="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")

    html = client.get(reverse("opinion:complaint_status", args=[complaint_token(complaint.public_id)])).content.decode()

    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_what_a_customer_wrote_is_not_rewritten(client):
    client.post(FORM, data(description="A big dent in the door."))
    client.force_login(make_staff(language="en"))
    complaint = Complaint.objects.get()
    fields = {"subject": "Dent", "description": "small scratch", "group": "transport", "severity": "normal", "company_name": "Donghai"}

    answer = client.post(reverse("feedback:complaint_edit", args=[complaint.pk]), fields | {"due_on": f"{complaint.due_on:%Y-%m-%d}"})
    with pytest.raises(RuleBroken, match="own words"):
        edit_complaint(complaint=complaint, changes={"description": "small scratch"}, by=make_staff())

    complaint.refresh_from_db()
    assert answer.status_code == 302
    assert (complaint.subject, complaint.description) == ("Dent", "A big dent in the door.")


def way(client, complaint: Complaint) -> list[tuple[str, str, str]]:
    """The steps on the customer's page: how each looks, its mark and its words."""
    html = client.get(reverse("opinion:complaint_status", args=[complaint_token(complaint.public_id)])).content.decode()
    step = r'<li class="(past|here|later|left-out)"[^>]*>\s*<span class="dot"[^>]*>(.*?)</span>\s*(.*?)\s*</li>'
    return re.findall(step, html, flags=re.DOTALL)


def closed(complaint: Complaint, outcome: str) -> Complaint:
    return close_complaint(complaint=complaint, outcome=outcome, word="ours", reason="see there", at=now(), by=make_staff())


@pytest.mark.parametrize("outcome", ["withdrawn", "duplicate"])
def test_a_case_that_fell_away_is_never_called_answered(client, outcome):
    staff = make_staff()
    untouched = make_complaint(language="en")
    in_work = assign_complaint(complaint=make_complaint(language="en"), owner=staff, at=now(), by=staff)

    assert [way(client, closed(case, outcome)) for case in (untouched, in_work)] == [
        [
            ("past", "✓", "Received"),
            ("left-out", "–", "Not given to a colleague"),
            ("left-out", "–", "Closed without an answer"),
            ("here", "✓", "Closed"),
        ],
        [
            ("past", "✓", "Received"),
            ("past", "✓", "In the hands of a colleague"),
            ("left-out", "–", "Closed without an answer"),
            ("here", "✓", "Closed"),
        ],
    ]


def test_an_answered_case_ticks_each_step_it_took(client):
    staff = make_staff()
    complaint = assign_complaint(complaint=make_complaint(language="en"), owner=staff, at=now(), by=staff)
    steps = [("past", "✓", "Received"), ("past", "✓", "In the hands of a colleague")]

    assert way(client, complaint) == [steps[0], ("here", "✓", steps[1][2]), ("later", "3", "Answered"), ("later", "4", "Closed")]
    complaint = answer_complaint(complaint=complaint, answer="We opened a second lane.", at=now(), by=staff)
    assert way(client, complaint) == [*steps, ("here", "✓", "Answered"), ("later", "4", "Closed")]
    assert way(client, closed(complaint, "remedied")) == [*steps, ("past", "✓", "Answered"), ("here", "✓", "Closed")]


@pytest.mark.parametrize(
    ("language", "on_page", "in_mail"),
    [
        ("en", "If you do not agree, you can turn to", "If you do not agree with this answer, you can turn to:"),
        ("zh-hans", "如您不同意，可向以下机构反映", "如您不同意本答复，可向以下机构反映："),
    ],
)
def test_where_to_turn_next_is_told_with_the_answer_and_not_before(client, language, on_page, in_mail):
    staff = make_staff()
    complaint = make_complaint(language=language, reporter_email="li@customer.invalid")
    complaint = assign_complaint(complaint=complaint, owner=staff, at=now(), by=staff)
    record_finding(complaint=complaint, changes={"next_instance": "Port authority & court"}, at=now(), by=staff)
    page = reverse("opinion:complaint_status", args=[complaint_token(complaint.public_id)])

    before = client.get(page).content.decode()
    answer_complaint(complaint=complaint, answer="Not upheld.", at=now(), by=staff)
    after = client.get(page).content.decode()

    mail = OutgoingEmail.objects.get(kind="feedback.complaint_answer")
    assert "Port authority" not in before + OutgoingEmail.objects.get(kind="feedback.complaint_received").text
    assert f'<h2>{on_page}</h2>\n    <p dir="auto">Port authority &amp; court</p>' in after
    assert f"Not upheld.\n\n{in_mail}\nPort authority & court\n\n" in mail.text
    assert f"<p>{in_mail} Port authority &amp; court</p>" in mail.html


def test_without_a_next_instance_page_and_mail_say_nothing_of_it(client):
    staff = make_staff()
    complaint = make_complaint(language="en", reporter_email="li@customer.invalid")
    complaint = assign_complaint(complaint=complaint, owner=staff, at=now(), by=staff)
    answer_complaint(complaint=complaint, answer="Put right.", at=now(), by=staff)

    html = client.get(reverse("opinion:complaint_status", args=[complaint_token(complaint.public_id)])).content.decode()

    mail = OutgoingEmail.objects.get(kind="feedback.complaint_answer")
    assert ["turn to" in text for text in (html, mail.text, mail.html)] == [False, False, False]
    assert "Put right.\n\nYou find the whole case here:" in mail.text
