"""The pages of the builder: who may open them, what they say, how many queries they need; without scripts."""

import pytest
from django.urls import reverse

from feedback.enums import ItemKind
from feedback.forms.programme import ProgrammeForm
from feedback.models import Item, Questionnaire, QuestionnaireVersion
from feedback.services.drafts import begin_draft, publish_draft
from feedback.tests.factories import make_draft, make_form, make_pair, make_programme, make_question, make_section, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
ROLE = {"key": "role", "kind": ItemKind.SINGLE, "options": ("clerk", "chief")}


@pytest.fixture
def staff():
    return make_staff(language="en")


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    client.cookies["django_language"] = "en"
    return client


def address(name, *args) -> str:
    return reverse(f"feedback:{name}", args=args)


def read(desk, name, *args, query: str = "") -> str:
    answer = desk.get(address(name, *args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def opened(desk, name, *args) -> dict:
    """What the form of a page would send back untouched."""
    form = desk.get(address(name, *args)).context["form"]
    drawn = {bound.html_name: bound.value() for bound in form}
    return {name: "on" if value is True else value for name, value in drawn.items() if value not in (None, False)}


def test_a_form_is_built_published_and_asked_with_by_pages_alone(desk):
    began = desk.post(address("questionnaire_create"), {"name_zh": "闸口问卷", "name_en": "Gate form", "respondents": "customers"})
    questionnaire = Questionnaire.objects.get(key="gate-form")
    assert began.url == address("draft", questionnaire.pk)
    desk.post(address("section_create", questionnaire.pk), {"title_zh": "闸口", "title_en": "Gate"})
    section = questionnaire.versions.get().sections.get()
    where = (questionnaire.pk, section.key)
    overall = {"text_zh": "总体", "text_en": "Overall", "key": "overall", "maximum": "5", "allows_na": "on"}
    why = {"text_zh": "为何", "text_en": "Why", "answers": "慢 | Slow\r\n贵｜Dear", "only_if": "overall", "only_if_at_most": "2"}
    desk.post(address("question_create", *where, "rating"), overall)
    desk.post(address("question_create", *where, "single"), why)
    desk.post(address("question_create", *where, "comment"), {"text_zh": "请写明", "text_en": "Tell us", "only_if": "why:slow"})

    done = desk.post(address("draft_publish", questionnaire.pk))

    assert done.url == address("questionnaire", questionnaire.pk)
    assert questionnaire.current_version().published_on == port_today()
    found = Item.objects.filter(version__questionnaire=questionnaire)
    assert list(found.values_list("key", "kind", "only_if", "only_if_at_most", "only_if_option", "allows_na")) == [
        ("overall", "rating", "", None, "", True),
        ("why", "single", "overall", 2, "", False),
        ("tell-us", "comment", "why", None, "slow", False),
    ]
    assert list(found.get(key="why").options.values_list("key", "text_zh")) == [("slow", "慢"), ("dear", "贵")]
    assert questionnaire in ProgrammeForm(user=make_staff()).fields["questionnaire"].queryset


def test_an_opened_question_saved_untouched_stays_as_it_is(desk):
    leaning = {"key": "why", "kind": "comment", "only_if": "role", "only_if_option": "chief"}
    draft = begin_draft(
        questionnaire=make_form([ROLE, leaning, *make_pair("gate", maximum=7, required=True)]).questionnaire, by=make_staff()
    )
    before = list(draft.items.values())

    for item in draft.items.all():
        where = ("question_edit", draft.questionnaire_id, item.key)
        assert desk.post(address(*where), opened(desk, *where)).status_code == 302

    assert list(draft.items.values()) == before


def test_a_question_is_edited_with_what_is_asked_beside_it(desk):
    item = make_question(key="documents")
    where = (item.version.questionnaire_id, item.key)

    desk.post(address("question_edit", *where), opened(desk, "question_edit", *where) | {"text_en": "Papers", "beside": "importance"})

    assert list(item.version.items.values_list("key", "text_en")) == [("documents-importance", "Papers"), ("documents", "Papers")]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("rating", {"key", "text_zh", "text_en", "required", "allows_na", "maximum", "low_zh", "low_en", "high_zh", "high_en", "beside"}),
        ("recommend", {"key", "text_zh", "text_en", "required", "allows_na", "low_zh", "low_en", "high_zh", "high_en"}),
        ("comment", {"key", "text_zh", "text_en"}),
        ("single", {"text_zh", "text_en", "required", "allows_na", "answers"}),
        ("multiple", {"text_zh", "text_en", "required", "allows_na", "answers"}),
    ],
)
def test_each_kind_of_question_has_the_fields_it_needs(desk, kind, fields):
    section = make_section()

    form = desk.get(address("question_create", section.version.questionnaire_id, section.key, kind)).context["form"]

    assert {*form.fields} == fields | {"only_if", "only_if_at_least", "only_if_at_most", "seen"}


def test_every_kind_the_models_know_is_offered(desk):
    section = make_section()
    pk = section.version.questionnaire_id

    html = read(desk, "draft", pk)

    assert [kind for kind in ItemKind.values if address("question_create", pk, section.key, kind) in html] == ItemKind.values
    assert desk.get(address("question_create", pk, section.key, "no-such-kind")).status_code == 404


def test_a_second_writer_sees_what_the_first_one_saved(desk):
    item = make_question(text_en="Gate")
    where = (item.version.questionnaire_id, item.key)
    sent = opened(desk, "question_edit", *where)
    desk.post(address("question_edit", *where), sent | {"text_en": "Gate hours"})

    answer = desk.post(address("question_edit", *where), sent | {"text_en": "Gate speed"})

    assert answer.status_code == 409
    assert "Gate hours" in answer.content.decode()
    assert Item.objects.get(pk=item.pk).text_en == "Gate hours"


def test_publishing_an_unfinished_draft_shows_all_that_is_missing(desk):
    section = make_section(title_en="")
    make_question(section=section, text_zh="快吗", text_en="")

    answer = desk.post(address("draft_publish", section.version.questionnaire_id))

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "This draft cannot be published yet." in html
    assert "The title of section" in html
    assert "Question “快吗” stands in one language only." in html
    assert not QuestionnaireVersion.objects.published().filter(pk=section.version_id).exists()


def test_a_button_a_rule_forbids_says_why_on_the_draft(desk):
    why = {"key": "why", "kind": "comment", "only_if": "role", "only_if_option": "chief"}
    draft = begin_draft(questionnaire=make_form([ROLE], [why]).questionnaire, by=make_staff())
    pk = draft.questionnaire_id
    first, second = draft.sections.all()
    pressed = {
        address("question_remove", pk, "role"): "would lose their condition",
        address("section_remove", pk, first.key): "would lose their condition",
        address("answer_remove", pk, "role", "chief"): "would lose their condition",
        address("section_move", pk, second.key): "has to stand behind it",
    }

    answers = {path: desk.post(path, {"go": "up"}) for path in pressed}

    assert [path for path, answer in answers.items() if answer.status_code != 409 or pressed[path] not in answer.content.decode()] == []
    assert list(draft.items.values_list("key", flat=True)) == ["role", "why"]


def test_buttons_move_and_remove(desk):
    draft = begin_draft(questionnaire=make_form([{"key": "a"}, ROLE], [{"key": "b"}]).questionnaire, by=make_staff())
    pk = draft.questionnaire_id

    desk.post(address("section_move", pk, "part-2"), {"go": "up"})
    desk.post(address("question_move", pk, "a"), {"go": "down"})
    desk.post(address("answer_move", pk, "role", "clerk"), {"go": "down"})
    desk.post(address("answer_remove", pk, "role", "chief"))
    desk.post(address("answers_add", pk, "role"), {"answers": "司机 | Driver"})
    desk.post(address("answer_edit", pk, "role", "driver"), {"text_zh": "司机", "text_en": "Lorry driver"})
    desk.post(address("question_remove", pk, "b"))

    assert list(draft.items.values_list("key", "section__key")) == [("role", "part-1"), ("a", "part-1")]
    options = draft.items.get(key="role").options.values_list("key", "text_en")
    assert list(options) == [
        ("clerk", "Option clerk"),
        ("driver", "Lorry driver"),
    ]
    desk.post(address("section_remove", pk, "part-1"))
    assert list(draft.sections.values_list("key", "position")) == [("part-2", 1)]


def test_a_line_of_answers_without_chinese_words_is_refused(desk):
    item = make_question(kind="single")

    answer = desk.post(address("answers_add", item.version.questionnaire_id, item.key), {"answers": "| Yes"})

    assert answer.status_code == 422
    assert "Each line begins with the Chinese words." in answer.content.decode()
    assert item.options.count() == 2


def test_questions_are_found_in_the_bank_and_taken_over(desk):
    make_form([{"key": "berth", "text_en": "Berth windows"}, {"key": "gate-speed", "text_en": "Gate speed"}])
    section = make_section()
    where = (section.version.questionnaire_id, section.key)
    html = read(desk, "question_bank", *where, query="?words=berth+windows&kind=rating")
    assert "Berth windows" in html
    assert "Gate speed" not in html
    assert "No such question" in read(desk, "question_bank", *where, query="?words=berth&kind=comment")

    desk.post(address("question_bank", *where), {"items": [Item.objects.get(key="berth").pk]})
    empty = desk.post(address("question_bank", *where), {})

    assert list(section.items.values_list("key", flat=True)) == ["berth"]
    assert empty.status_code == 422
    assert "Tick a question at least." in empty.content.decode()


def test_a_question_of_somebodys_draft_is_not_in_the_bank(desk):
    hidden = make_question(text_en="Secret draft")
    section = make_section()
    where = (section.version.questionnaire_id, section.key)

    answer = desk.post(address("question_bank", *where), {"items": [hidden.pk]})

    assert "Secret draft" not in read(desk, "question_bank", *where)
    assert answer.status_code == 422
    assert section.items.count() == 0


def test_the_preview_shows_the_form_in_both_languages_and_sends_nothing(desk):
    why = {"key": "why", "kind": "comment", "only_if": "overall", "only_if_at_most": 2}
    draft = begin_draft(questionnaire=make_form([{"key": "overall"}], [why]).questionnaire, by=make_staff())
    pk = draft.questionnaire_id
    frame = desk.get(address("draft_phone", pk, 1) + "?lang=zh-hans")
    policy = {one.split()[0]: one.split()[1:] for one in frame["Content-Security-Policy"].split("; ")}

    html = frame.content.decode()
    assert "问题overall" in html
    assert 'name="q-overall"' in html
    assert "<script" not in html
    assert (policy["frame-ancestors"], policy["form-action"]) == (["'self'"], ["'none'"])
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "Question why" in read(desk, "draft_phone", pk, 2, query="?lang=en")
    assert desk.get(address("draft_phone", pk, 3)).status_code == 404
    assert desk.post(address("draft_phone", pk, 1), {"q-overall": "5", "go": "submit"}).status_code == 405
    preview = read(desk, "draft_preview", pk)
    assert [f"{address('draft_phone', pk, 1)}?lang={code}" in preview for code in ("zh-hans", "en")] == [True, True]


def test_other_pages_are_framed_by_nobody(desk):
    answer = desk.get(address("draft", make_draft().questionnaire_id))

    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("role", [Role.MARKETING, Role.OPERATIONS, Role.AUDITOR])
def test_who_may_not_build_sees_no_draft_and_no_button(client, role):
    section = make_question(text_en="Secret question").section
    published = make_form([{"key": "overall"}]).questionnaire
    pk = section.version.questionnaire_id
    client.force_login(make_user(role))

    refused = [
        client.get(address("draft", pk)),
        client.get(address("draft_phone", pk, 1)),
        client.post(address("draft_begin", published.pk)),
    ]
    refused += [client.post(address("draft_publish", pk)), client.post(address("section_create", pk), {"title_zh": "新"})]
    refused.append(client.get(reverse("audit:history", args=["feedback.section", section.pk])))
    seen = client.get(address("questionnaire", pk)).content.decode() + client.get(address("questionnaire_list")).content.decode()

    assert [answer.status_code for answer in refused] == [403, 403, 403, 403, 403, 404]
    assert "Secret question" not in seen
    assert address("draft", pk) not in seen
    assert published.versions.count() == 1


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SERVICE, Role.MANAGER])
def test_who_may_build_finds_the_way_from_the_list(client, role):
    published, begun = make_form([{"key": "overall"}]).questionnaire, make_draft().questionnaire
    client.force_login(make_user(role))

    assert address("draft", begun.pk) in client.get(address("questionnaire_list")).content.decode()
    assert address("draft_begin", published.pk) in client.get(address("questionnaire", published.pk)).content.decode()
    assert client.post(address("draft_begin", published.pk)).url == address("draft", published.pk)
    assert address("draft", published.pk) in client.get(address("questionnaire", published.pk)).content.decode()


def test_a_discarded_draft_is_gone(desk):
    draft = begin_draft(questionnaire=make_form([{"key": "overall"}]).questionnaire, by=make_staff())

    desk.post(address("draft_discard", draft.questionnaire_id))

    assert desk.get(address("draft", draft.questionnaire_id)).status_code == 404
    assert "Question overall" in read(desk, "questionnaire", draft.questionnaire_id)


def test_names_and_purpose_are_edited(desk):
    draft = make_draft()
    pk = draft.questionnaire_id

    desk.post(address("draft_names", pk), opened(desk, "draft_names", pk) | {"name_en": "Berth form", "respondents": "guests"})
    desk.post(address("draft_edit", pk), opened(desk, "draft_edit", pk) | {"purpose_en": "For {company}", "minutes": "6"})

    draft = QuestionnaireVersion.objects.select_related("questionnaire").get(pk=draft.pk)
    assert (draft.questionnaire.name_en, draft.questionnaire.respondents, draft.purpose_en, draft.minutes) == (
        "Berth form", "guests", "For {company}", 6,
    )  # fmt: skip


def test_a_programme_offers_no_questionnaire_that_was_never_published():
    begun, published = make_draft().questionnaire, make_question().version
    publish_draft(draft=published, on=port_today(), by=make_staff())
    held = make_programme(questionnaire=begun)

    assert begun not in ProgrammeForm(user=make_staff()).fields["questionnaire"].queryset
    assert published.questionnaire in ProgrammeForm(user=make_staff()).fields["questionnaire"].queryset
    assert begun in ProgrammeForm(instance=held, user=make_staff()).fields["questionnaire"].queryset


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_need_the_same_few_queries_however_long_the_form(desk, django_assert_max_num_queries, rows):
    draft = make_draft()
    for _number in range(rows):
        section = make_section(draft=draft)
        for kind in ("rating", "single", "multiple"):
            last = make_question(section=section, kind=kind)
    pk = draft.questionnaire_id
    budgets = {
        address("draft", pk): 16, address("question_edit", pk, last.key): 14, address("draft_phone", pk, 1): 10,
        address("question_bank", pk, section.key): 12, address("questionnaire_list"): 11,
    }  # fmt: skip
    desk.get(address("draft", pk))

    for path, budget in budgets.items():
        with django_assert_max_num_queries(budget):
            assert desk.get(path).status_code == 200
