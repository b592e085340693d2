"""The select drawn without templates is the one Django's templates draw."""

import pytest
from django.forms import Select, SelectMultiple
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from portcrm.pages.form_renderer import Renderer

PLAIN = [("", "全部"), (1, "上海"), (2, '"宁波" & <舟山>')]
GROUPED = [("东海", [(1, "上海"), (2, "宁波")]), ("other", "其他")]


@pytest.mark.parametrize("choices", [PLAIN, GROUPED, []], ids=["plain", "grouped", "none"])
@pytest.mark.parametrize("value", [None, 2, "other"])
@pytest.mark.parametrize(
    "attrs", [{}, {"id": "id_port", "required": True, "disabled": False, "data-note": 'a "b"'}], ids=["bare", "attributes"]
)
def test_one_choice(choices, value, attrs):
    widget = Select(choices=choices)

    drawn = widget.render("port", value, attrs, renderer=Renderer())

    assert parse_html(drawn) == parse_html(widget.render("port", value, attrs, renderer=DjangoTemplates()))


def test_several_choices():
    widget = SelectMultiple(choices=GROUPED)

    drawn = widget.render("ports", ["1", "other"], {"id": "ports"}, renderer=Renderer())

    assert parse_html(drawn) == parse_html(widget.render("ports", ["1", "other"], {"id": "ports"}, renderer=DjangoTemplates()))
    assert drawn.count(" selected") == 2
