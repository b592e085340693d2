"""The forms that come with the product: their questions by name, their words in both languages, their pages."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import FollowUp
from feedback.models import ItemOption, Questionnaire, QuestionnaireVersion, Response
from feedback.queries.questions import sections_of
from feedback.services.links import invitation_token
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.services.shipped import SHIPPED
from feedback.services.waves import start_wave
from feedback.tests.factories import (
    make_invitation,
    make_programme,
    make_response,
    make_staff,
    make_version,
    make_wave_of,
)
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db

# domain.md § 7
TRANSPORT = ["schedule_reliability", "sailing_frequency", "space_supply", "inland_transport", "transshipment", "rate_level",
             "claims_efficiency"]  # fmt: skip
INFORMATION = ["sailing_timetable", "cargo_tracking", "documents", "carrier_information", "document_flow", "edi_it_level"]
ADDED = ["after_sales", "equipment", "rate_notice", "extended_services"]
# methods/feedback.md § 1.1: 4 + 5 + 4 + 4 + 5 statements
PANEL = [
    ["t1", "t2", "t3", "t4"], ["r1", "r2", "r3", "r4", "r5"], ["s1", "s2", "s3", "s4"],
    ["a1", "a2", "a3", "a4"], ["m1", "m2", "m3", "m4", "m5"],
]  # fmt: skip
PAGES = {
    ("customer-opinion", 1): [TRANSPORT, INFORMATION, ADDED, ["overall", "recommend", "comment"]],
    ("customer-opinion", 2): [
        *([key for row in page for key in (f"{row}-importance", row)] for page in (TRANSPORT, INFORMATION, ADDED)),
        ["overall", "recommend", "comment"],
    ],
    ("suggestion-request", 1): [["improve", "add", "keep"]],
    ("service-quality-panel", 1): [
        *([key for row in page for key in (f"{row}-expectation", f"{row}-perception")] for page in PANEL),
        ["brand_reputation", "brand_consistency", "brand_distinction", "brand_preference", "role"],
    ],
    ("service-quality-panel", 2): [
        *([key for row in page for key in (f"{row}-expectation", f"{row}-perception")] for page in PANEL),
        ["weights"],
        ["brand_reputation", "brand_consistency", "brand_distinction", "brand_preference", "role"],
    ],
    ("after-contact", 1): [["overall", "comment"]],
    ("seminar", 1): [
        ["seminar_topics", "seminar_talks", "seminar_discussion", "seminar_organisation", "seminar_again", "seminar_wishes", "comment"]
    ],
    ("employees", 1): [
        ["internal_tools", "internal_information", "internal_cooperation", "internal_training", "internal_authority",
         "internal_leadership", "internal_recognition"],
        ["work_satisfaction", "work_recommend", "comment"],
    ],
}  # fmt: skip


def version_of(key: str, number: int) -> QuestionnaireVersion:
    return QuestionnaireVersion.objects.get(questionnaire__key=key, number=number)


@pytest.mark.parametrize(("key", "number"), PAGES)
def test_each_form_is_there_with_its_questions_page_by_page(key, number):
    found = [[item.key for item in section.items.all()] for section in sections_of(version_of(key, number))]

    assert found == PAGES[key, number]


def test_loading_them_again_changes_nothing_and_after_a_loss_gives_the_same_as_the_migration():
    options = ItemOption.objects.order_by("item__position", "position")

    def stored():
        return {
            (one.questionnaire.key, one.number): [
                (one.minutes, one.purpose_zh, one.purpose_en, one.questionnaire.respondents),
                list(one.sections.values_list("key", "position", "title_zh", "title_en", "lead_zh", "lead_en")),
                list(one.items.order_by("position").values_list(
                    "section__key", "key", "position", "kind", "aspect", "about", "text_zh", "text_en", "low_zh", "low_en", "high_zh",
                    "high_en", "minimum", "maximum", "allows_na", "required")),
                list(options.filter(item__version=one).values_list("key", "text_zh", "text_en")),
            ]
            for one in QuestionnaireVersion.objects.select_related("questionnaire")
        }  # fmt: skip

    by_migration = stored()
    load_shipped_questionnaires(on=port_today())
    assert stored() == by_migration

    QuestionnaireVersion.objects.all().delete()
    Questionnaire.objects.all().delete()
    load_shipped_questionnaires(on=port_today())

    assert stored() == by_migration
    assert set(by_migration) == set(PAGES) == {(form.key, form.number) for form in SHIPPED}


def test_every_word_is_there_in_both_languages():
    for version in QuestionnaireVersion.objects.all():
        sections = sections_of(version)
        items = [item for section in sections for item in section.items.all()]
        options = [option for item in items for option in item.options.all()]
        words = [(one.title_zh, one.title_en) for one in sections] + [(one.text_zh, one.text_en) for one in [*items, *options]]
        words += [(version.purpose_zh, version.purpose_en), (version.questionnaire.name_zh, version.questionnaire.name_en)]

        assert [pair for pair in words if not pair[0] or not pair[1] or pair[0].isascii() or not pair[1].isascii()] == []


def test_a_perception_is_judged_on_seven_points_and_importance_on_five():
    panel, opinion = version_of("service-quality-panel", 1), version_of("customer-opinion", 2)

    assert set(panel.items.exclude(about="").values_list("aspect", "minimum", "maximum")) == {("expectation", 1, 7), ("perception", 1, 7)}
    assert set(opinion.items.exclude(about="").values_list("aspect", "maximum", "allows_na")) == {
        ("importance", 5, False), ("performance", 5, True),
    }  # fmt: skip
    assert panel.items.exclude(about="").values("about").distinct().count() == 22


def pages_of(version, language="zh-hans"):
    invitation = make_invitation(wave=make_wave_of(version), language=language)
    token = invitation_token(invitation.public_id)
    addresses = [reverse("opinion:form_page", args=[token, number]) for number in range(1, version.sections.count() + 1)]
    return invitation, addresses


@pytest.mark.parametrize(("key", "number"), PAGES)
def test_every_page_of_every_form_is_small(key, number):
    _invitation, addresses = pages_of(version_of(key, number))

    sizes = [len(Client().get(address).content) for address in addresses]

    assert [size for size in sizes if size > 40_000] == []


@pytest.mark.parametrize(("key", "number"), PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_form_is_filled_in_and_sent(key, number, language):
    """With the highest answer to everything, a sentence for every text and all points for the first part."""
    version = version_of(key, number)
    invitation, addresses = pages_of(version, language)

    for page, address in zip(sections_of(version), addresses, strict=True):
        data = {"go": "submit" if address == addresses[-1] else "next"}
        for item in page.items.all():
            text = {"comment": "夜间照明", "single": item.options.all()[0].key if item.options.all() else ""}
            name = f"o-{item.key}" if item.kind == "single" else f"q-{item.key}"
            data |= {f"q-{item.answer_keys[0]}": "100"} if item.is_split else {name: text.get(item.kind, str(item.maximum))}
        answer = Client().post(address, data)

    assert answer.url.endswith("/thanks/")
    response = Response.objects.get(invitation=invitation)
    assert response.answers.count() == version.items.exclude(kind__in=("comment", "split")).count()
    assert (response.overall, response.recommend) == {"customer-opinion": (5, 10), "after-contact": (5, None)}.get(key, (None, None))
    assert Client().get(answer.url).status_code == 200


@pytest.mark.parametrize("queries", [12])
def test_a_page_of_the_panel_costs_no_more_queries_than_it_has(django_assert_max_num_queries, queries):
    _invitation, addresses = pages_of(version_of("service-quality-panel", 1))

    for address in (addresses[0], addresses[-1]):
        with django_assert_max_num_queries(queries):
            Client().get(address)


def test_a_wave_of_version_1_keeps_its_words_when_version_2_is_open(client):
    first, second = make_version(), version_of("customer-opinion", 2)
    before = make_response(invitation=make_invitation(wave=make_wave_of(first), language="en"), rate_level=2)
    after = make_response(invitation=make_invitation(wave=make_wave_of(second), language="en"), **{"rate_level-importance": 5})
    second.items.filter(about="rate_level").update(text_en="Freight rates", text_zh="运费水平")
    client.force_login(make_staff(language="zh-hans"))

    def form(response):
        return Client().get(reverse("opinion:form_page", args=[invitation_token(response.invitation.public_id), 1])).content.decode()

    assert [("Rate level" in text, "Freight rates" in text) for text in (form(before), form(after))] == [(True, False), (False, True)]
    assert ["Importance" in text for text in (form(before), form(after))] == [False, True]
    pages = [client.get(one.get_absolute_url()).content.decode() for one in (before, after)]
    assert [("运价水平" in text, "运费水平" in text) for text in pages] == [(True, False), (False, True)]
    assert ["运费水平 – 重要程度" in text for text in pages] == [False, True]


def test_a_new_wave_asks_the_newest_version():
    programme = make_programme()

    wave = start_wave(programme=programme, at=now(), request_key=None, by=programme.owner)

    assert wave.version.number == 2


def test_what_the_migration_loads_is_frozen():
    """It reads a file of its own: a later change of the shipped words does not change what it did."""
    folder = Path(__file__).parents[1] / "migrations/frozen"
    first, later = (json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("shipped_forms", "panel_with_weights"))

    assert {(form["key"], form["number"]) for form in [*first, *later]} == set(PAGES) - {("customer-opinion", 1)}
    assert [(form["key"], form["number"]) for form in later] == [("service-quality-panel", 2)]


def test_the_list_says_whom_each_form_asks(client, django_assert_max_num_queries):
    client.force_login(make_staff(language="en"))

    with django_assert_max_num_queries(12):
        page = client.get(reverse("feedback:questionnaire_list"), headers={"accept-language": "en"}).content.decode()

    assert page.count('class="row-link"') == 6
    assert page.count(">Our own people<") == 1
    assert "Customer opinion form" in page


def test_every_version_can_be_read_and_none_that_is_not_there(client):
    client.force_login(make_staff(language="en"))
    address = reverse("feedback:questionnaire", args=[make_version().questionnaire_id])

    pages = [client.get(address, query).content.decode() for query in ({}, {"version": "1"}, {"version": "2"})]

    assert [page.count('<td lang="en">Rate level</td>') for page in pages] == [2, 1, 2]
    assert [client.get(address, {"version": number}).status_code for number in ("3", "x")] == [404, 404]


@pytest.mark.parametrize("key", ["after-contact", "service-quality-panel"])
def test_a_questionnaire_page_costs_the_same_however_long_it_is(client, django_assert_max_num_queries, key):
    client.force_login(make_staff())

    with django_assert_max_num_queries(13):
        client.get(reverse("feedback:questionnaire", args=[Questionnaire.objects.get(key=key).pk]))


def test_a_low_mark_after_a_contact_is_followed_up():
    wave = make_wave_of(version_of("after-contact", 1))

    poor, good = (make_response(invitation=make_invitation(wave=wave), overall=score) for score in (1, 5))

    assert [one.overall for one in (poor, good)] == [1, 5]
    assert list(FollowUp.objects.values_list("customer", flat=True)) == [poor.customer_id]
