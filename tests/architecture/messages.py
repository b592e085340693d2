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


def from_code() -> Iterator[tuple[str, str]]:
    """(where, text) of every string that is marked for translation in Python."""
    for module in product():
        aliases = _aliases(module.tree)
        for call in ast.walk(module.tree):
            if (
                isinstance(call, ast.Call)
                and (kind := aliases.get(called_name(call), called_name(call))) in SINGULAR | PLURAL | CONTEXT | CONTEXT_PLURAL
            ):
                at = 1 if kind in CONTEXT | CONTEXT_PLURAL else 0
                if len(call.args) > at and isinstance(call.args[at], ast.Constant) and isinstance(call.args[at].value, str):
                    yield f"{module}:{call.lineno}", call.args[at].value


def _aliases(tree: ast.Module) -> dict[str, str]:
    """`from django.utils.translation import gettext as _t` and the like."""
    return {
        alias.asname: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname
    }


def from_templates() -> Iterator[tuple[str, str]]:
    for path in templates():
        yield from ((str(path.relative_to(ROOT)), text) for text in texts_of(path))


def texts_of(path: Path) -> Iterator[str]:
    """The texts of one template, as Django itself prepares them for gettext."""
    for name, first, second in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        literal = second if name in {"pgettext", "npgettext"} else first
        if literal:
            yield ast.literal_eval(literal.removeprefix("u"))
