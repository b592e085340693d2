"""Questionnaires built by program: the services, rules and permissions of the builder's pages."""

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from feedback.enums import ItemKind
from feedback.models import Item, Questionnaire, QuestionnaireVersion
from feedback.tests.factories import ROLE, WHY, asked, draft_of, item_of, make_draft, make_form, make_pair, make_question, make_section
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
BASE = "/api/v1/feedback"


def send(user, method: str, address: str, sent: dict | None = None):
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    client.force_authenticate(user)
    return getattr(client, method)(f"{BASE}/{address}", sent, format="json")


@pytest.fixture
def builder():
    return make_user(Role.ADMIN)


@pytest.fixture
def do(builder):
    """Whoever builds sends something."""
    return lambda method, address, **sent: send(builder, method, address, sent)


def keys_of(told: dict) -> list[list[str]]:
    return [[question["key"] for question in section["questions"]] for section in told["sections"]]


def test_a_form_is_built_and_published_by_program_alone(do):
    begun = do("post", "questionnaires/", name_zh="闸口问卷", name_en="Gate form", respondents="customers").json()
    draft = f"questionnaire-versions/{begun['draft']}"
    section = do("post", f"{draft}/sections/", title_zh="闸口", title_en="Gate").json()["sections"][0]["key"]
    pages = f"{draft}/sections/{section}/questions/"
    do("post", pages, kind="rating", key="overall", text_zh="总体", text_en="Overall", maximum=7, required=True)
    kinds = [{"text_zh": "提箱", "text_en": "Pick up"}, {"text_zh": "还箱", "text_en": "Return"}]
    do("post", pages, kind="single", text_zh="业务", text_en="Business", answers=kinds)
    do("post", pages, kind="comment", text_zh="原因", text_en="Why", only_if="overall", only_if_at_most=3)
    do("post", pages, kind="comment", text_zh="还箱意见", text_en="On returns", only_if="business", only_if_option="return")
    do("patch", f"{draft}/", purpose_zh="听取意见", purpose_en="To listen", minutes=2)

    published = do("post", f"{draft}/publish/")

    told = published.json()
    rows = [row for page in told["sections"] for row in page["questions"]]
    assert (published.status_code, told["published_on"], told["minutes"], told["faults"]) == (200, str(port_today()), 2, [])
    assert keys_of(told) == [["overall", "business", "why", "on-returns"]]
    assert [(row["kind"], row["maximum"], row["only_if"], row["only_if_at_most"], row["only_if_option"]) for row in rows] == [
        ("rating", 7, "", None, ""),
        ("single", 5, "", None, ""),
        ("comment", 5, "overall", 3, ""),
        ("comment", 5, "business", None, "return"),
    ]
    assert [answer["key"] for answer in rows[1]["answers"]] == ["pick-up", "return"]
    assert Questionnaire.objects.get(key="gate-form").current_version().pk == begun["draft"]


def test_a_draft_is_begun_from_the_latest_version_once(do):
    version = make_form([{"key": "overall"}, ROLE])

    first = do("post", f"questionnaires/{version.questionnaire_id}/draft/").json()
    second = do("post", f"questionnaires/{version.questionnaire_id}/draft/").json()

    assert (first["number"], first["published_on"], keys_of(first)) == (2, None, [["overall", "role"]])
    assert second["id"] == first["id"]
    assert do("get", f"questionnaires/{version.questionnaire_id}/").json()["draft"] == first["id"]


def test_names_and_whom_it_asks_are_changed_until_it_is_published(do):
    draft, version = make_draft(), make_form([{"key": "overall"}])

    changed = do("patch", f"questionnaires/{draft.questionnaire_id}/", name_en="Other", respondents="guests").json()
    refused = do("patch", f"questionnaires/{version.questionnaire_id}/", respondents="guests")

    assert (changed["name_en"], changed["respondents"]) == ("Other", "guests")
    assert (refused.status_code, refused.json()) == (
        409,
        {"detail": "It has been published: whom it asks stays as it is.", "field": "respondents"},
    )


def test_parts_are_edited_moved_and_removed(do):
    draft = make_draft()
    first, second = make_section(draft=draft), make_section(draft=draft)
    gate = make_question(section=first, kind=ItemKind.MULTIPLE, answers=[("一", "one"), ("二", "two"), ("三", "three")])
    wait = make_question(section=first)
    page = f"questionnaire-versions/{draft.pk}"

    do("patch", f"{page}/sections/{second.key}/", title_en="Yard")
    do("post", f"{page}/sections/{second.key}/move/", up=True)
    do("post", f"{page}/questions/{gate.key}/move/", up=True)
    do("patch", f"{page}/questions/{wait.key}/", text_en="Waiting", maximum=7, beside="importance")
    do("post", f"{page}/questions/{gate.key}/answers/", answers=[{"text_zh": "四"}])
    do("patch", f"{page}/questions/{gate.key}/answers/one/", text_en="First")
    do("post", f"{page}/questions/{gate.key}/answers/one/move/", up=False)
    told = do("delete", f"{page}/questions/{gate.key}/answers/two/").json()

    assert [section["title_en"] for section in told["sections"]] == ["Yard", first.title_en]
    assert keys_of(told) == [[gate.key], [f"{wait.key}-importance", wait.key]]
    assert [(row["text_en"], row["maximum"]) for row in told["sections"][1]["questions"]] == [("Waiting", 7)] * 2
    assert [(answer["key"], answer["text_en"]) for answer in told["sections"][0]["questions"][0]["answers"]] == [
        ("one", "First"),
        ("three", "three"),
        ("4", ""),
    ]
    do("delete", f"{page}/questions/{wait.key}/")
    assert keys_of(do("delete", f"{page}/sections/{second.key}/").json()) == [[]]


@pytest.mark.parametrize(
    ("sent", "status", "named"),
    [
        ({"kind": "comment", "text_zh": "问", "maximum": 7}, 400, "maximum"),
        ({"kind": "comment", "text_zh": "问", "required": True}, 400, "required"),
        ({"kind": "rating", "text_zh": "问", "maximum": 99}, 400, "maximum"),
        ({"kind": "rating", "text_zh": "问", "answers": [{"text_zh": "一"}]}, 400, "answers"),
        ({"kind": "single", "text_zh": "问", "answers": [{"text_en": "one"}]}, 400, "answers"),
        ({"kind": "essay", "text_zh": "问"}, 400, "kind"),
        ({"kind": "rating", "text_en": "Question"}, 400, "text_zh"),
        ({"kind": "rating", "text_zh": "问", "position": 1}, 400, "position"),
        ({"kind": "rating", "text_zh": "问", "key": "comment"}, 409, "asked with another kind"),
        ({"kind": "rating", "text_zh": "问", "key": "overall"}, 409, "asks about it already"),
        ({"kind": "comment", "text_zh": "问", "only_if": "overall"}, 409, "only_if_at_least"),
        ({"kind": "comment", "text_zh": "问", "only_if": "nowhere", "only_if_at_most": 2}, 409, "not in this form"),
        ({"kind": "comment", "text_zh": "问", "only_if_option": "one"}, 409, "after which question"),
    ],
)
def test_a_question_that_cannot_be_is_refused_and_nothing_is_kept(do, builder, sent, status, named):
    draft = draft_of([{"key": "overall"}], staff=builder)

    answer = do("post", f"questionnaire-versions/{draft.pk}/sections/part-1/questions/", **sent)

    assert (answer.status_code, named in str(answer.json()), asked(draft)) == (status, True, [["overall"]])


def test_what_others_lean_on_stays_and_says_why(do, builder):
    draft = draft_of([{"key": "overall"}, WHY], staff=builder)
    page = f"questionnaire-versions/{draft.pk}"

    removed = do("delete", f"{page}/questions/overall/")
    moved = do("post", f"{page}/questions/why/move/", up=True)

    assert removed.status_code == moved.status_code == 409
    assert removed.json()["detail"] == "It stays: “Question why” would lose their condition. Change that first."
    assert asked(draft) == [["overall", "why"]]


def test_a_kind_has_the_same_fields_when_it_is_changed(do, builder):
    draft = draft_of([{"key": "overall", "maximum": 10}, WHY], staff=builder)
    page = f"questionnaire-versions/{draft.pk}/questions"

    refused = do("patch", f"{page}/why/", allows_na=True)
    kept = do("patch", f"{page}/overall/", maximum=10, allows_na=True)
    key = do("patch", f"{page}/overall/", key="other")

    assert (refused.status_code, list(refused.json())) == (400, ["allows_na"])
    assert (kept.status_code, item_of(draft, "overall").allows_na) == (200, True)
    assert (key.status_code, list(key.json())) == (400, ["key"])


def test_publishing_an_unfinished_draft_names_every_fault_by_a_code_that_stays(do):
    draft = make_draft(name_en="")
    make_section(draft=draft, title_zh="空")
    question = make_question(section=make_section(draft=draft), kind=ItemKind.SINGLE, text_en="", answers=[("一", "one")])

    refused = do("post", f"questionnaire-versions/{draft.pk}/publish/")

    told = refused.json()
    assert (refused.status_code, told["field"]) == (409, "")
    assert told["detail"] == "This draft cannot be published yet. Everything that is missing is listed."
    assert [(fault["code"], fault["question"]) for fault in told["faults"]] == [
        ("name_one_language", None),
        ("section_empty", None),
        ("question_one_language", question.key),
        ("answers_too_few", question.key),
    ]
    assert do("get", f"questionnaire-versions/{draft.pk}/").json()["faults"] == told["faults"]
    assert QuestionnaireVersion.objects.get(pk=draft.pk).published_on is None


def test_what_is_published_does_not_change(do):
    version = make_form([{"key": "overall"}])
    page = f"questionnaire-versions/{version.pk}"

    answers = [
        do("patch", f"{page}/", minutes=9),
        do("post", f"{page}/sections/", title_zh="新"),
        do("patch", f"{page}/questions/overall/", text_en="Changed"),
        do("delete", f"{page}/sections/part-1/"),
        do("delete", f"{page}/"),
        do("post", f"{page}/publish/"),
    ]

    said = "This version is published and does not change any more. Begin a new draft."
    assert {(answer.status_code, answer.json()["detail"]) for answer in answers} == {(409, said)}
    assert (asked(version), Item.objects.get(version=version).text_en) == ([["overall"]], "Question overall")


def test_a_discarded_draft_is_gone_and_a_published_version_stays(do, builder):
    draft, alone = draft_of([{"key": "overall"}], staff=builder), make_draft()

    codes = [do("delete", f"questionnaire-versions/{one.pk}/").status_code for one in (draft, alone)]

    assert codes == [204, 204]
    assert list(QuestionnaireVersion.objects.filter(questionnaire=draft.questionnaire).values_list("number", flat=True)) == [1]
    assert not Questionnaire.objects.filter(pk=alone.questionnaire_id).exists()


def test_questions_are_found_in_the_bank_and_taken_over(do):
    pair = make_form(make_pair("zebra"), [{"key": "tug"}])
    secret = make_question(text_en="Somebody's draft")
    draft = make_draft()
    section = make_section(draft=draft)
    page = f"questionnaire-versions/{draft.pk}"

    found = do("get", f"{page}/bank/?words=zebra&kind=rating").json()
    wanted = [row["id"] for row in found["questions"]]
    taken = do("post", f"{page}/sections/{section.key}/take-over/", questions=wanted)
    again = do("post", f"{page}/sections/{section.key}/take-over/", questions=wanted)
    foreign = do("post", f"{page}/sections/{section.key}/take-over/", questions=[secret.pk])

    assert [(row["key"], row["questionnaire"]) for row in found["questions"]] == [("zebra", pair.questionnaire_id)]
    assert found["has_more"] is False
    assert keys_of(taken.json()) == [["zebra-importance", "zebra"]]
    assert (again.status_code, foreign.status_code, asked(draft)) == (400, 400, [["zebra-importance", "zebra"]])
    assert do("get", f"{page}/bank/?kind=essay").status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_bank_needs_as_many_queries_however_much_it_finds(django_assert_max_num_queries, builder, rows):
    draft = make_draft()
    make_form([ROLE | {"key": f"zebra-{number}"} for number in range(rows)])
    client = APIClient()
    client.force_authenticate(builder)

    with django_assert_max_num_queries(5):
        found = client.get(f"{BASE}/questionnaire-versions/{draft.pk}/bank/?words=zebra").json()["questions"]

    assert [[answer["key"] for answer in row["answers"]] for row in found] == [["clerk", "chief"]] * rows


@pytest.mark.parametrize("role", [Role.MARKETING, Role.OPERATIONS, Role.AUDITOR])
def test_who_may_not_build_reads_what_is_published_and_no_draft(role):
    draft = draft_of([{"key": "overall"}], staff=make_user(Role.MANAGER))
    reader, questionnaire = make_user(role), draft.questionnaire
    published = questionnaire.current_version()
    page = f"questionnaire-versions/{draft.pk}"

    told = send(reader, "get", f"questionnaires/{questionnaire.pk}/").json()
    rows = send(reader, "get", f"questionnaire-versions/?questionnaire={questionnaire.pk}").json()["results"]
    refused = [
        send(reader, "post", "questionnaires/", {"name_zh": "问卷"}),
        send(reader, "post", f"questionnaires/{questionnaire.pk}/draft/"),
        send(reader, "post", f"{page}/sections/", {"title_zh": "新"}),
        send(reader, "delete", f"{page}/questions/overall/"),
        send(reader, "get", f"{page}/bank/"),
        send(reader, "post", f"{page}/publish/"),
        send(reader, "delete", f"{page}/"),
    ]

    assert (told["draft"], [version["id"] for version in told["versions"]]) == (None, [published.pk])
    assert [row["id"] for row in rows] == [published.pk]
    assert send(reader, "get", f"{page}/").status_code == 404
    assert {answer.status_code for answer in refused} == {403}
    assert (asked(draft), QuestionnaireVersion.objects.get(pk=draft.pk).published_on) == ([["overall"]], None)


def test_versions_and_questionnaires_are_found(do, builder):
    draft, other = draft_of([{"key": "overall"}], staff=builder, key="gate"), make_form([{"key": "overall"}])

    drafts = do("get", "questionnaire-versions/?draft=true").json()["results"]
    published = do("get", f"questionnaire-versions/?draft=false&questionnaire={other.questionnaire_id}").json()["results"]

    assert [row["id"] for row in drafts] == [draft.pk]
    assert [row["id"] for row in published] == [other.pk]
    assert [row["id"] for row in do("get", "questionnaires/?key=gate").json()["results"]] == [draft.questionnaire_id]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("questionnaires/", 3), ("questionnaire-versions/?draft=true", 4)])
def test_a_list_needs_as_many_queries_however_many_there_are(django_assert_max_num_queries, builder, address, queries, rows):
    for _number in range(rows):
        draft_of([{"key": "overall"}, ROLE], [{"key": "why", "kind": ItemKind.COMMENT}], staff=builder)
    client = APIClient()
    client.force_authenticate(builder)

    with django_assert_max_num_queries(queries):
        assert len(client.get(f"{BASE}/{address}").json()["results"]) >= rows


def test_the_description_of_the_api_names_the_body_of_each_step():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    page = f"{BASE}/questionnaire-versions/{{id}}"
    steps = {
        ("sections/", "post"): "SectionWords",
        ("sections/{key}/questions/", "post"): "NewQuestion",
        ("sections/{key}/take-over/", "post"): "TakeOver",
        ("questions/{key}/", "patch"): "PatchedQuestionChange",
        ("questions/{key}/move/", "post"): "DraftMove",
        ("questions/{key}/answers/{answer}/", "patch"): "PatchedAnswerWords",
    }

    named = {}
    for path, method in steps:
        content = paths[f"{page}/{path}"][method]["requestBody"]["content"]["application/json"]["schema"]
        named[path, method] = content["$ref"].rsplit("/", 1)[1]

    assert named == steps
