"""The texts of code and templates, found without gettext installed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from tests.architecture.source import ROOT, called_name, product, templates

SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
LITERAL = r"""(u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))"""
IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(\s*{LITERAL}(?:\s*,\s*{LITERAL})?")


def from_code() -> Iterator[tuple[str, str, str]]:
    """(where, context or "", text) of every string that is marked for translation in Python."""
    for module in product():
        aliases = _aliases(module.tree)
        for call in ast.walk(module.tree):
            if (
                isinstance(call, ast.Call)
                and (kind := aliases.get(called_name(call), called_name(call))) in SINGULAR | PLURAL | CONTEXT | CONTEXT_PLURAL
            ):
                said = [arg.value if isinstance(arg, ast.Constant) else None for arg in call.args[:2]]
                context, text = said if kind in CONTEXT | CONTEXT_PLURAL else ("", *said[:1])
                if isinstance(text, str) and isinstance(context, str):
                    yield f"{module}:{call.lineno}", context, text


def _aliases(tree: ast.Module) -> dict[str, str]:
    """`from django.utils.translation import gettext as _t` and the like."""
    return {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname
    }


def from_templates() -> Iterator[tuple[str, str, str]]:
    for path in templates():
        yield from ((str(path.relative_to(ROOT)), *said) for said in texts_of(path))


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """(context or "", text) of one template, as Django itself prepares them for gettext."""
    for name, first, second in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        context, literal = (first, second) if name in CONTEXT | CONTEXT_PLURAL else ("''", first)
        if literal:
            yield ast.literal_eval(context.removeprefix("u")), ast.literal_eval(literal.removeprefix("u"))
