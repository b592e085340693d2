"""What customers see when something is wrong with a form, or they add to their case: it fits a phone and has no accessibility fault."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import Draft
from feedback.services.clocks import wait_for_customer
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.services.links import complaint_token, invitation_token
from feedback.tests.factories import make_complaint, make_invitation, make_staff
from feedback.views import opinion_form
from portcrm.clock import now
from tests.e2e.screen import DESK, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWS = [(PHONE, "zh-hans"), (DESK, "en")]
WORDS = "Gate 3 opens too late. 三号闸口开得太晚。"
SEND = """([address, fields]) => {
    const form = Object.assign(document.createElement("form"), {method: "post", action: address});
    for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    }
    document.body.append(form);
    form.submit();
}"""


def send(page, address: str, **fields: str) -> None:
    """As a form of the page would."""
    with page.expect_navigation():
        page.evaluate(SEND, [address, fields])


def too_wide(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture(params=VIEWS, ids=["phone zh", "desk en"])
def view(request, page, live_server):
    width, language = request.param
    page.set_viewport_size({"width": width, "height": 800})
    return page, live_server.url, language


def test_a_form_that_is_too_big_cannot_be_stored_or_has_closed_while_it_was_written(view, settings, monkeypatch):
    page, address, language = view
    invitation = make_invitation(language=language)
    form = f"{address}{reverse('opinion:form_page', args=[invitation_token(invitation.public_id), 4])}"
    page.goto(form)
    drawn = page.locator("input[name=drawn]").input_value()
    found = {}

    usual, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, 1000
    send(page, form, **{"q-comment": WORDS * 100, "go": "submit"})
    found["too big"] = (page.locator("h1").count(), faults(page), too_wide(page))
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = usual

    with monkeypatch.context() as broken:
        broken.setattr(opinion_form, "save_draft", lambda **told: 1 / 0)
        page.goto(form)
        send(page, form, **{"q-comment": WORDS, "go": "submit"})
        expect(page.locator("blockquote")).to_contain_text(WORDS)
        found["not stored"] = (page.locator("h1").count(), faults(page), too_wide(page))

    wave = invitation.wave
    wave.opens_at, wave.closes_at = now() - dt.timedelta(days=15), now() - dt.timedelta(hours=1)
    wave.save(update_fields=["opens_at", "closes_at"])
    page.goto(address + reverse("opinion:form", args=[invitation_token(invitation.public_id)]))
    found["closed"] = (page.locator("h1").count(), faults(page), too_wide(page))
    Draft.objects.create(
        invitation=invitation, answers={"overall": 4}, language=language, updated_at=wave.closes_at - dt.timedelta(hours=1)
    )
    page.goto(form)
    expect(page.locator(".note").first).to_be_visible()
    found["grace"] = (page.locator("h1").count(), faults(page), too_wide(page))

    assert drawn
    assert found == dict.fromkeys(found, (1, [], 0))
    assert len(found) == 4


def test_files_are_added_to_a_case_and_an_open_word_is_asked_again(view, tmp_path):
    page, address, language = view
    staff = make_staff()
    case = assign_complaint(complaint=make_complaint(language=language), owner=staff, at=now(), by=staff)
    wait_for_customer(complaint=case, reason="照片", at=now(), by=staff)
    answered = answer_complaint(
        complaint=assign_complaint(complaint=make_complaint(language=language), owner=staff, at=now(), by=staff),
        answer="ok", at=now(), by=staff,
    )  # fmt: skip
    photograph = tmp_path / "gate.png"
    photograph.write_bytes(PICTURE)

    page.goto(address + reverse("opinion:complaint_files", args=[complaint_token(case.public_id)]))
    found = {"empty": (faults(page), too_wide(page))}
    page.locator("input[type=file]").set_input_files(photograph)
    page.locator("form[enctype] button.main").click()
    expect(page.locator("body")).to_contain_text("gate.png")
    found["kept"] = (faults(page), too_wide(page))
    page.goto(address + reverse("opinion:complaint_status", args=[complaint_token(answered.public_id)]))
    send(page, address + reverse("opinion:complaint_word", args=[complaint_token(answered.public_id)]), settled="no", text="")
    expect(page.locator(".error").first).to_be_visible()
    found["word"] = (faults(page), too_wide(page))

    assert found == dict.fromkeys(found, ([], 0))


# One transparent point.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
