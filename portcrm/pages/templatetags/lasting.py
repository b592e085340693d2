"""Django's `translate` and `url`, which look up only once what stays the same: built in, under their own names.

A page has a hundred of them, and each time Django asks the catalogue and the routes anew: a tenth of what a record page cost.
"""

from django.template import Library, Node
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import NoReverseMatch
from django.utils.translation import get_language

from portcrm.addresses import record_url

register = Library()


class SaidOnce(Node):
    """A text that the template itself holds: looked up once in each language."""

    child_nodelists = ()

    def __init__(self, text: TranslateNode) -> None:
        self.text, self.name = text, text.asvar
        self._said: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        key = get_language(), context.autoescape
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = self._look_up(context)
        if self.name:
            context[self.name] = said
            return ""
        return said

    def _look_up(self, context: Context) -> str:
        rendered = self.text.render(context)
        return context[self.name] if self.name else rendered


class RouteOnce(URLNode):
    """An address whose arguments are keys of records: its route is resolved once, the keys are put in each time."""

    def render(self, context: Context) -> str:
        keys = [argument.resolve(context) for argument in self.args]
        if self.kwargs or any(type(key) is not int for key in keys):
            return super().render(context)
        try:
            address = record_url(self.view_name.resolve(context), *keys)
        except NoReverseMatch:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = address
            return ""
        return address  # of figures and the routes' own letters: nothing to escape


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    node = do_translate(parser, token)
    return SaidOnce(node) if _is_fixed(node) else node


@register.tag
def url(parser: Parser, token: Token) -> Node:
    node = django_url(parser, token)
    return RouteOnce(node.view_name, node.args, node.kwargs, node.asvar)


def _is_fixed(node: TranslateNode) -> bool:
    """Whether nothing of the context has a part in the text."""
    text: FilterExpression = node.filter_expression
    about: FilterExpression | None = node.message_context
    plain = text.var.literal is not None and not text.filters
    return plain and not node.noop and (about is None or not (about.is_var or about.filters))
