"""`translate` and `url` as they are built in: what Django's own give, in each language and for each record."""

import pytest
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape
from django.utils.translation import override

from portcrm.pages.templatetags.lasting import RouteOnce, SaidOnce


def render(text: str, **context) -> str:
    return engines["django"].from_string(text).render(context)


@pytest.mark.parametrize(
    "text",
    [
        '{% translate "Customers" %}',
        '{% translate "Next" context "next action" %}',
        '{% translate "Customers" as word %}<{{ word }}>{{ word }}',
        '{% translate "Cancel" noop %}',
        "{% translate word %}",
        '{% translate "Customers"|upper %}',
        "{% trans 'Customers' %}",
        '{% autoescape off %}{% translate "Customers" %}{% endautoescape %}{% translate "100%" %}',
    ],
)
def test_a_text_is_djangos_in_each_language_again_and_again(text):
    own = engines["django"].from_string(text)
    django = engines["django"].from_string("{% load i18n %}" + text)

    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            assert own.render({"word": "Customers"}) == django.render({"word": "Customers"})


def test_the_two_languages_are_told_apart():
    template = engines["django"].from_string('{% translate "Customers" %}')
    with override("zh-hans"):
        chinese = template.render()
    with override("en"):
        english = template.render()

    assert (chinese, english) == ("客户", "Customers")
    assert isinstance(template.template.nodelist[0], SaidOnce)


def test_an_address_is_made_for_each_record():
    template = engines["django"].from_string('{% url "customers:customer" pk %} {% url "customers:customer_list" as list %}{{ list }}')

    assert [template.render({"pk": pk}) for pk in (1, 7, 1)] == [f"/customers/{pk}/ /customers/" for pk in (1, 7, 1)]
    assert isinstance(template.template.nodelist[0], RouteOnce)


@pytest.mark.parametrize("key", ["汉 字", "a&b", "<b>", "7", True])
def test_what_is_no_key_is_left_to_django(key):
    address = reverse("pages:timeline", args=["customers.customer", key])

    assert render("{% url 'pages:timeline' 'customers.customer' key %}", key=key) == conditional_escape(address)
    assert render("{% url 'pages:timeline' 'customers.customer' key as address %}{{ address }}", key=key) == conditional_escape(address)


def test_an_address_that_does_not_exist_is_a_fault_unless_it_is_asked_for_by_name():
    with pytest.raises(NoReverseMatch):
        render('{% url "customers:nothing" 1 %}')
    assert render('{% url "customers:nothing" 1 as address %}[{{ address }}]') == "[]"
