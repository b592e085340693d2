"""Questionnaires built by hand: drafts, their sections, questions and answers, their order, publishing."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from feedback.enums import Aspect, ItemKind, Respondents
from feedback.models import Item, ItemOption, Questionnaire, QuestionnaireVersion
from feedback.services.draft_answers import add_answers, edit_answer, move_answer, remove_answer
from feedback.services.draft_questions import add_question, edit_question, move_question, remove_question, take_over
from feedback.services.draft_sections import add_section, edit_section, move_section, remove_section
from feedback.services.drafts import (
    begin_draft,
    create_questionnaire,
    discard_draft,
    edit_draft,
    publish_draft,
)
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
    make_response,
    make_section,
    make_staff,
    make_wave_of,
)
from portcrm.clock import port_today
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture
def staff():
    return make_staff()


def stored(version) -> list[tuple]:
    """Everything a version asks, without its keys in the database."""
    named = {"section": "section__key"}
    left_out = {"id", "version"}
    fields = [named.get(field.name, field.name) for field in Item._meta.concrete_fields if field.name not in left_out]
    titles = ("key", "position", "title_zh", "title_en", "lead_zh", "lead_en")
    options = ItemOption.objects.filter(item__version=version).order_by("item__position", "position")
    return [
        *version.sections.values_list(*titles),
        *version.items.values_list(*fields),
        *options.values_list("item__key", "key", "position", "text_zh", "text_en"),
    ]


def test_a_new_questionnaire_is_a_draft_nobody_is_asked_with(staff):
    draft = create_questionnaire(fields={"name_zh": "闸口问卷", "name_en": "Gate form", "respondents": Respondents.CUSTOMERS}, by=staff)

    assert (draft.questionnaire.key, draft.number, draft.published_on) == ("gate-form", 1, None)
    assert draft.questionnaire.current_version() is None
    assert make_programme(questionnaire=draft.questionnaire).obstacle == "This questionnaire has no published version yet."


def test_two_questionnaires_of_one_name_have_keys_of_their_own(staff):
    names = {"name_zh": "闸口问卷", "name_en": "Gate form"}

    keys = [create_questionnaire(fields=names, by=staff).questionnaire.key for _number in range(2)]

    assert keys == ["gate-form", "gate-form-2"]


def test_a_questionnaire_without_a_chinese_name_is_refused(staff):
    with pytest.raises(RuleBroken) as refused:
        create_questionnaire(fields={"name_zh": "", "name_en": "Gate form"}, by=staff)

    assert refused.value.field == "name_zh"
    assert not Questionnaire.objects.filter(name_en="Gate form").exists()


def test_a_draft_is_a_copy_of_the_latest_version_with_every_word_and_condition(staff):
    published = make_form([{"key": "overall"}, WHY], [ROLE, *make_pair("gate")], purpose_zh="为{port}", purpose_en="For {port}", minutes=4)

    draft = begin_draft(questionnaire=published.questionnaire, by=staff)

    assert (draft.number, draft.published_on, draft.purpose_zh, draft.minutes) == (2, None, "为{port}", 4)
    assert stored(draft) == stored(published)
    assert len(stored(draft)) == 2 + 5 + 2


def test_a_questionnaire_has_one_draft_however_often_one_is_begun(staff):
    questionnaire = make_form([{"key": "overall"}]).questionnaire

    first, second = (begin_draft(questionnaire=questionnaire, by=staff) for _number in range(2))

    assert first == second
    with pytest.raises(IntegrityError, match="questionnaire_has_one_draft_at_most"), transaction.atomic():
        QuestionnaireVersion.objects.create(questionnaire=questionnaire, number=9)


def test_building_a_draft_leaves_the_published_version_and_its_answers_as_they_are(staff):
    published = make_form([{"key": "overall"}, {"key": "gate"}], [ROLE])
    response = make_response(invitation=make_invitation(wave=make_wave_of(published)), overall=4, gate=2)
    before = stored(published)

    draft = begin_draft(questionnaire=published.questionnaire, by=staff)
    edit_question(item=item_of(draft, "gate"), fields={"text_zh": "闸口快吗？", "maximum": 7}, seen={}, by=staff)
    remove_section(section=draft.sections.last(), by=staff)
    publish_draft(draft=draft, on=port_today(), by=staff)

    assert stored(published) == before
    assert response.wave.version == published
    assert list(response.answers.order_by("item__position").values_list("item__version", "item__key", "score")) == [
        (published.pk, "overall", 4), (published.pk, "gate", 2),
    ]  # fmt: skip


PUBLISHED = [
    lambda version, by: edit_draft(draft=version, fields={"minutes": 9}, seen={}, by=by),
    lambda version, by: publish_draft(draft=version, on=port_today(), by=by),
    lambda version, by: discard_draft(draft=version, by=by),
    lambda version, by: add_section(draft=version, fields={"title_zh": "新"}, by=by),
    lambda version, by: edit_section(section=version.sections.first(), fields={"title_zh": "新"}, seen={}, by=by),
    lambda version, by: move_section(section=version.sections.first(), up=False, by=by),
    lambda version, by: remove_section(section=version.sections.first(), by=by),
    lambda version, by: add_question(section=version.sections.first(), kind="comment", fields={"text_zh": "新"}, by=by),
    lambda version, by: edit_question(item=version.items.first(), fields={"text_zh": "新"}, seen={}, by=by),
    lambda version, by: move_question(item=version.items.first(), up=False, by=by),
    lambda version, by: remove_question(item=version.items.first(), by=by),
    lambda version, by: take_over(section=version.sections.first(), items=[], by=by),
    lambda version, by: add_answers(item=item_of(version, "role"), answers=[("新", "New")], by=by),
    lambda version, by: edit_answer(option=item_of(version, "role").options.first(), fields={"text_zh": "新"}, seen={}, by=by),
    lambda version, by: move_answer(option=item_of(version, "role").options.first(), up=False, by=by),
    lambda version, by: remove_answer(option=item_of(version, "role").options.first(), by=by),
]


@pytest.mark.parametrize("change", PUBLISHED)
def test_nothing_in_a_published_version_is_changed(staff, change):
    version = make_form([{"key": "overall"}, {"key": "gate"}], [ROLE])
    before = stored(version)

    with pytest.raises(RuleBroken, match="This version is published and does not change any more"):
        change(version, staff)

    assert stored(version) == before


def test_sections_are_added_renamed_moved_and_removed(staff):
    draft = make_draft()
    first, second, third = (make_section(draft=draft, title_zh=title) for title in ("一", "二", "三"))

    edit_section(section=first, fields={"title_zh": "壹", "lead_zh": "请回答"}, seen={"title_zh": "一", "lead_zh": ""}, by=staff)
    move_section(section=third, up=True, by=staff)
    move_section(section=first, up=True, by=staff)  # stands first already
    remove_section(section=second, by=staff)

    assert list(draft.sections.values_list("position", "title_zh", "lead_zh")) == [(1, "壹", "请回答"), (2, "三", "")]


def test_moving_a_section_takes_its_questions_along(staff):
    draft = draft_of([{"key": "a"}, {"key": "b"}], [{"key": "c"}], staff=staff)

    move_section(section=draft.sections.last(), up=True, by=staff)

    assert asked(draft) == [["c"], ["a", "b"]]
    assert list(draft.items.values_list("key", "position")) == [("c", 1), ("a", 2), ("b", 3)]


@pytest.mark.parametrize(
    ("key", "up", "pages"),
    [
        ("b", True, [["b", "a"], ["c"]]),
        ("a", False, [["b", "a"], ["c"]]),
        ("a", True, [["a", "b"], ["c"]]),
        ("b", False, [["a"], ["b", "c"]]),
        ("c", True, [["a", "b", "c"], []]),
        ("c", False, [["a", "b"], ["c"]]),
    ],
)
def test_a_question_moves_by_one_place_and_over_the_edge_of_its_page(staff, key, up, pages):
    draft = draft_of([{"key": "a"}, {"key": "b"}], [{"key": "c"}], staff=staff)

    move_question(item=item_of(draft, key), up=up, by=staff)

    assert asked(draft) == pages
    assert list(draft.items.values_list("position", flat=True)) == [1, 2, 3]


def test_a_pair_moves_as_one_and_goes_as_one(staff):
    draft = draft_of([*make_pair("gate"), {"key": "b"}, {"key": "c"}], staff=staff)

    move_question(item=item_of(draft, "gate-importance"), up=False, by=staff)
    assert asked(draft) == [["b", "gate-importance", "gate", "c"]]

    remove_question(item=item_of(draft, "gate"), by=staff)
    assert asked(draft) == [["b", "c"]]


def test_importance_and_expectation_stand_beside_a_rating(staff):
    draft = draft_of([{"key": "documents", "maximum": 7}], staff=staff)
    item = item_of(draft, "documents")

    edit_question(item=item, fields={}, seen={}, beside=Aspect.IMPORTANCE, by=staff)
    wished, judged = draft.items.all()
    assert [(one.key, one.aspect, one.about, one.maximum) for one in (wished, judged)] == [
        ("documents-importance", "importance", "documents", 7), ("documents", "performance", "documents", 7),
    ]  # fmt: skip
    assert (wished.low_zh, wished.high_en) == ("不重要", "Very important")

    edit_question(item=item, fields={}, seen={}, beside=Aspect.EXPECTATION, by=staff)
    assert list(draft.items.values_list("key", "aspect")) == [("documents-expectation", "expectation"), ("documents", "perception")]

    edit_question(item=item, fields={}, seen={}, beside="", by=staff)
    assert list(draft.items.values_list("key", "aspect", "about")) == [("documents", "performance", "")]


def test_what_a_pair_shares_is_changed_on_both_its_scales(staff):
    draft = draft_of([{"key": "overall"}, *make_pair("gate")], staff=staff)
    condition = {"only_if": "overall", "only_if_at_most": 2}

    edit_question(item=item_of(draft, "gate"), fields={"text_en": "Speed", "maximum": 7, "required": True} | condition, seen={}, by=staff)

    shared = draft.items.filter(about="gate").values_list("text_en", "maximum", "only_if", "only_if_at_most", "required")
    assert list(shared) == [("Speed", 7, "overall", 2, False), ("Speed", 7, "overall", 2, True)]


def test_questions_of_every_kind_are_added(staff):
    section = make_section()

    made = [make_question(section=section, kind=kind) for kind in ItemKind.values]

    assert [one.kind for one in section.version.items.all()] == ItemKind.values
    recommend = made[ItemKind.values.index("recommend")]
    assert (recommend.minimum, recommend.maximum) == (0, 10)
    assert [list(one.options.values_list("key", flat=True)) for one in made if one.is_choice] == [["yes", "no"]] * 2


def test_a_question_takes_a_key_our_figures_know_once_and_with_its_own_kind(staff):
    section = make_section()

    assert make_question(section=section, key="documents").key == "documents"
    for kind, key in (("rating", "documents"), ("comment", "overall"), ("rating", "recommend"), ("rating", "no-such-key")):
        with pytest.raises(RuleBroken) as refused:
            make_question(section=section, kind=kind, key=key)
        assert refused.value.field == "key"
    assert section.version.items.count() == 1


def test_a_question_of_its_own_never_has_the_key_of_another(staff):
    make_form([{"key": "gate"}])

    keys = [make_question(text_en=text).key for text in ("Gate", "Gate", "Overall", "")]

    assert keys == ["gate-2", "gate-3", "overall-2", "question"]


def test_a_condition_rests_on_an_earlier_question_only(staff):
    draft = draft_of([{"key": "a"}, {"key": "b"}, ROLE], staff=staff)
    wrong = [
        ("a", {"only_if": "b", "only_if_at_most": 2}, "has to stand behind it"),
        ("b", {"only_if": "gone", "only_if_at_most": 2}, "is not in this form"),
        ("b", {"only_if": "a", "only_if_at_least": 6}, "No score of “Question a” leads to “Question b”."),
        ("b", {"only_if": "a"}, "Say from which or up to which score"),
        ("role", {"only_if": "a", "only_if_option": "x"}, "does not offer"),
        ("b", {"only_if_at_most": 2}, "Scores go with a question"),
    ]

    for key, condition, sentence in wrong:
        with pytest.raises(RuleBroken, match=sentence):
            edit_question(item=item_of(draft, key), fields=condition, seen={}, by=staff)

    edit_question(item=item_of(draft, "b"), fields={"only_if": "a", "only_if_at_most": 2}, seen={}, by=staff)
    assert list(draft.items.exclude(only_if="").values_list("key", "only_if", "only_if_at_most")) == [("b", "a", 2)]


def test_what_a_condition_rests_on_stays_and_stays_in_front(staff):
    after_role = {"key": "duties", "kind": "comment", "only_if": "role", "only_if_option": "chief"}
    draft = draft_of([{"key": "overall"}, WHY], [ROLE, after_role], staff=staff)
    first, second = draft.sections.all()
    clerk, chief = item_of(draft, "role").options.all()
    before = stored(draft)
    refusals = [
        (lambda: remove_question(item=item_of(draft, "overall"), by=staff), "“Question why” would lose their condition"),
        (lambda: remove_answer(option=chief, by=staff), "“Question duties” would lose their condition"),
        (lambda: move_question(item=item_of(draft, "why"), up=True, by=staff), "has to stand behind it"),
        (lambda: move_question(item=item_of(draft, "role"), up=False, by=staff), "has to stand behind it"),
    ]

    for change, sentence in refusals:
        with pytest.raises(RuleBroken, match=sentence):
            change()
    assert stored(draft) == before

    remove_answer(option=clerk, by=staff)
    move_section(section=second, up=True, by=staff)
    move_question(item=item_of(draft, "overall"), up=True, by=staff)
    remove_section(section=first, by=staff)  # with the question that depends on another one of the same page
    assert asked(draft) == [["role", "duties", "overall"]]


def test_a_page_others_depend_on_stays(staff):
    draft = draft_of([{"key": "overall"}], [WHY], staff=staff)
    first, second = draft.sections.all()

    with pytest.raises(RuleBroken, match="“Question why” would lose their condition"):
        remove_section(section=first, by=staff)
    with pytest.raises(RuleBroken, match="has to stand behind it"):
        move_section(section=second, up=True, by=staff)

    assert asked(draft) == [["overall"], ["why"]]


def test_a_second_scale_others_depend_on_stays(staff):
    leaning = {"key": "why", "kind": "comment", "only_if": "gate-importance", "only_if_at_least": 4}
    draft = draft_of([*make_pair("gate"), leaning], staff=staff)

    with pytest.raises(RuleBroken, match="“Question why” would lose their condition"):
        edit_question(item=item_of(draft, "gate"), fields={}, seen={}, beside="", by=staff)

    assert asked(draft) == [["gate-importance", "gate", "why"]]


def test_answers_to_choose_from_keep_their_keys_when_reworded_and_moved(staff):
    item = make_question(kind="single", answers=[("是", "Yes"), ("否", "No")])
    add_answers(item=item, answers=[("也许", ""), ("再说一遍", "No"), ("不适用", "N/A")], by=staff)
    first = item.options.first()

    edit_answer(option=first, fields={"text_en": "Certainly"}, seen={"text_en": "Yes"}, by=staff)
    move_answer(option=first, up=False, by=staff)
    remove_answer(option=item.options.get(key="3"), by=staff)

    found = item.options.values_list("position", "key", "text_en")
    assert list(found) == [(1, "no", "No"), (2, "yes", "Certainly"), (3, "no-2", "No"), (4, "na-2", "N/A")]


def test_somebody_elses_words_are_not_overwritten(staff):
    item = make_question(text_en="Gate")
    edit_question(item=item, fields={"text_en": "Gate hours"}, seen={"text_en": "Gate"}, by=make_staff())

    with pytest.raises(EditConflict):
        edit_question(item=item, fields={"text_en": "Gate speed"}, seen={"text_en": "Gate"}, by=staff)

    item.refresh_from_db()
    assert item.text_en == "Gate hours"
