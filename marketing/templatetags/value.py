"""Pieces of a rank that several pages show. {% load value %}

{% score_bar row %}   the score as a stacked bar, in words for those who do not see it
{% movement row %}    an arrow and a word: how many ranks up or down
{% value_class row.value_class %}   A, B or C as a mark
{% reasons_line row %}   why it moved, in one line
"""

from django import template

from marketing import cells
from marketing.queries.reasons import reasons_text

register = template.Library()
register.simple_tag(cells.score_cell, name="score_bar")
register.simple_tag(cells.movement_cell, name="movement")
register.simple_tag(cells.class_badge, name="value_class")
register.simple_tag(reasons_text, name="reasons_line")
