"""Drafts published and discarded; the question bank, and what is told of a draft elsewhere."""

from uuid import uuid4

import pytest
from django.utils.translation import override

from feedback.enums import Respondents
from feedback.filters import rated_questions, rated_sections
from feedback.models import Item, Questionnaire
from feedback.queries.drafts import faults_of
from feedback.queries.question_bank import bank
from feedback.services.draft_questions import edit_question, take_over
from feedback.services.drafts import (
    NotPublishable,
    begin_draft,
    discard_draft,
    edit_draft,
    edit_questionnaire,
    publish_draft,
)
from feedback.services.waves import start_wave
from feedback.tests.factories import (
    ROLE,
    WHY,
    asked,
    draft_of,
    item_of,
    make_draft,
    make_form,
    make_invitation,
    make_pair,
    make_programme,
    make_question,
    make_section,
    make_staff,
    make_wave,
)
from portcrm.audit.queries import event_model_of
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture
def staff():
    return make_staff()


def test_publishing_names_every_fault_at_once(staff):
    draft = make_draft(name_en="")
    draft = edit_draft(draft=draft, fields={"purpose_zh": "为{port}"}, seen={}, by=staff)
    assert [fault.message for fault in faults_of(draft)] == [
        "The questionnaire needs a name in Chinese and in English.",
        "The purpose stands in one language only.",
        "The form has no question yet.",
    ]
    make_section(draft=draft, title_zh="空", title_en="Empty")
    section = make_section(draft=draft, title_zh="闸口", title_en="", lead_en="Please answer.")
    make_question(section=section, text_zh="快吗？", text_en="", low_zh="慢")
    make_question(section=section, kind="single", text_zh="选", text_en="Choose", answers=[("一", "")])
    Item.objects.filter(version=draft, kind="single").update(only_if="gone", only_if_at_most=2)

    with pytest.raises(NotPublishable) as refused:
        publish_draft(draft=draft, on=port_today(), by=staff)

    assert [fault.message for fault in refused.value.faults] == [
        "The questionnaire needs a name in Chinese and in English.",
        "The purpose stands in one language only.",
        "Section “Empty” has no question.",
        "The title of section “闸口” stands in one language only.",
        "The opening words of section “闸口” stand in one language only.",
        "Question “快吗？” stands in one language only.",
        "The ends of the scale of “快吗？” stand in one language only.",
        "Question “Choose” needs two answers to choose from at least.",
        "Answers to “Choose” stand in one language only.",
        "“Choose” is asked only after an answer to a question that is not in this form.",
    ]
    draft.refresh_from_db()
    assert draft.published_on is None


def test_a_published_draft_is_asked_with_from_the_next_wave_and_running_ones_keep_theirs(staff):
    programme = make_programme(questionnaire=make_form([{"key": "overall"}]).questionnaire)
    first = programme.questionnaire.current_version()
    running = make_wave(programme=programme)
    make_invitation(customer=make_invitation().customer)
    draft = begin_draft(questionnaire=programme.questionnaire, by=staff)

    publish_draft(draft=draft, on=port_today(), by=staff)
    running.refresh_from_db()
    later = start_wave(programme=programme, at=now(), request_key=uuid4(), by=staff)

    assert (running.version, later.version) == (first, draft)
    assert programme.questionnaire.current_version().published_on == port_today()


def test_a_draft_is_published_once(staff):
    draft = make_question().version

    publish_draft(draft=draft, on=port_today(), by=staff)

    with pytest.raises(RuleBroken, match="This version is published"):
        publish_draft(draft=draft, on=port_today(), by=staff)


def test_a_discarded_draft_leaves_what_was_published(staff):
    draft = draft_of([{"key": "overall"}, ROLE], staff=staff)
    questionnaire = draft.questionnaire

    discard_draft(draft=draft, by=staff)

    assert [version.number for version in questionnaire.versions.all()] == [1]
    with pytest.raises(RuleBroken, match="discarded meanwhile"):
        make_section(draft=draft)


def test_a_discarded_first_draft_takes_its_questionnaire_along_unless_something_names_it(staff):
    alone, planned = make_question().version, make_question().version
    make_programme(questionnaire=planned.questionnaire)

    discard_draft(draft=alone, by=staff)
    discard_draft(draft=planned, by=staff)

    left = Questionnaire.objects.filter(pk__in=[alone.questionnaire_id, planned.questionnaire_id])
    assert list(left) == [planned.questionnaire]


def test_whom_a_form_asks_stays_once_it_was_published(staff):
    begun, published = make_draft().questionnaire, make_form([{"key": "overall"}]).questionnaire

    edit_questionnaire(questionnaire=begun, fields={"respondents": Respondents.GUESTS}, seen={}, by=staff)
    with pytest.raises(RuleBroken) as refused:
        edit_questionnaire(questionnaire=published, fields={"respondents": Respondents.GUESTS}, seen={}, by=staff)

    assert refused.value.field == "respondents"
    begun.refresh_from_db()
    assert begun.respondents == Respondents.GUESTS


def test_questions_taken_over_keep_their_keys_and_pairs_without_their_conditions(staff):
    source = make_form([{"key": "overall"}, WHY, ROLE, *make_pair("documents")])
    section = make_section()
    make_question(section=section, text_en="First")
    keys = ("why", "role", "documents")

    take_over(section=section, items=[item_of(source, key) for key in keys], by=staff)

    draft = section.version
    assert asked(draft) == [["first", "why", "role", "documents-importance", "documents"]]
    assert item_of(draft, "why").only_if == ""
    assert [option.key for option in item_of(draft, "role").options.all()] == ["clerk", "chief"]
    with pytest.raises(RuleBroken, match="asks about it already"):
        take_over(section=section, items=[item_of(source, "role")], by=staff)


def test_one_key_is_not_taken_over_twice(staff):
    items = [item_of(make_form([{"key": "overall"}]), "overall") for _number in range(2)]

    with pytest.raises(RuleBroken, match="asks about it already"):
        take_over(section=make_section(), items=items, by=staff)


def test_the_bank_offers_the_latest_published_wording_of_what_the_draft_does_not_ask(staff):
    make_form([{"key": "gate", "text_en": "Gate, old words"}, {"key": "overall"}], key="gates")
    make_form([{"key": "gate", "text_en": "Speed of the gate"}, *make_pair("berth")], key="gates", number=2)
    unpublished = make_section()
    make_question(section=unpublished, text_en="Gate of a draft")
    draft = make_question(key="overall").version

    def found(**wanted):
        return [(item.key, item.text_en) for item in bank(staff, draft=draft, **wanted) if item.version.questionnaire.key == "gates"]

    assert found() == [("gate", "Speed of the gate"), ("berth", "Row berth")]
    assert found(words="gate SPEED") == [("gate", "Speed of the gate")]
    assert found(words="gate berth") == []
    assert found(kind="comment") == []


def test_what_is_being_built_is_offered_by_no_filter_of_answers(staff):
    section = make_section()
    item = make_question(section=section)

    assert item not in rated_questions(None)
    assert section not in rated_sections(None)
    publish_draft(draft=section.version, on=port_today(), by=staff)
    assert item in rated_questions(None)
    assert section in rated_sections(None)


def test_the_history_tells_who_built_what(staff):
    item = make_question(text_en="Gate")

    edit_question(item=item, fields={"text_en": "Gates"}, seen={"text_en": "Gate"}, by=staff)

    last = event_model_of(Item).objects.filter(pgh_obj_id=item.pk).latest("pgh_id")
    assert (last.text_en, last.pgh_context.metadata["action"], last.pgh_context.metadata["actor"]) == (
        "Gates", "questionnaire.edit_question", staff.pk,
    )  # fmt: skip
