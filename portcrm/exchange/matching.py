"""Which column of a file is which field of an importer."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portcrm.errors import RuleBroken
from portcrm.exchange.importing import Importer, ImportField
from portcrm.exchange.parsing import Number, without_unit


def shape_of(columns: list[str]) -> str:
    """A fingerprint of the column names in their order: files of one shape share a mapping."""
    return hashlib.sha256(json.dumps([_word(name) for name in columns]).encode()).hexdigest()


def guess(importer: Importer, columns: list[str]) -> dict[str, int]:
    """Match by name: the field's own name, its label in either language, or one of its aliases; of money with or without a unit."""
    by_word: dict[str, int] = {}
    for index, name in enumerate(columns):
        by_word.setdefault(_word(name), index)
    by_word.pop("", None)
    in_units = {_word(without_unit(name)): index for index, name in reversed(list(enumerate(columns)))} | by_word
    found, taken = {}, set()
    for field in importer.fields:
        known = in_units if isinstance(field.parse, Number) and field.parse.money else by_word
        index = next((known[word] for word in _words(field) if word in known), None)
        if index is not None and index not in taken:
            found[field.name] = index
            taken.add(index)
    return found


def resolve(named: Mapping[str, str | int], columns: list[str]) -> dict[str, int]:
    """Turn column names, or numbers counted from 1 as people do, into indexes; RuleBroken names what is unknown."""
    counts = Counter(_word(name) for name in columns)
    by_word = {_word(name): index for index, name in enumerate(columns)}
    found = {}
    for field, column in named.items():
        word = _word(str(column))
        if counts[word] > 1:
            raise RuleBroken(format_lazy(_("Column “{column}” occurs several times; name it by its number."), column=column))
        if word in by_word:
            found[field] = by_word[word]
        elif str(column).isdecimal() and 1 <= int(column) <= len(columns):
            found[field] = int(column) - 1
        else:
            raise RuleBroken(
                format_lazy(
                    _("The file has no column “{column}”. Its columns are: {columns}."), column=column, columns=", ".join(titles(columns))
                )
            )
    return found


def check(importer: Importer, mapping: Mapping[str, int], constants: Mapping[str, str]) -> None:
    """Raise RuleBroken for fields the importer does not have and for required ones without a column."""
    names = {field.name for field in importer.fields}
    unknown = sorted((set(mapping) | set(constants)) - names)
    if unknown:
        raise RuleBroken(
            format_lazy(_("There is no field “{field}”. The fields are: {fields}."), field=unknown[0], fields=", ".join(sorted(names)))
        )
    missing = [field for field in importer.fields if field.required and field.name not in mapping and field.name not in constants]
    if missing:
        raise RuleBroken(format_lazy(_("Please choose a column for “{field}”."), field=missing[0].label), field=missing[0].name)
    importer.refuse_columns({*mapping, *constants})
    for field in importer.fields:
        if field.name in constants:
            _try_constant(field, constants[field.name])
    importer.refuse_constants(constants)


def _try_constant(field: ImportField, text: str) -> None:
    try:
        field.parse(text)
    except (ValueError, ArithmeticError) as error:
        message = getattr(error, "message", _("This value cannot be read."))
        raise RuleBroken(format_lazy("{field}: {message}", field=field.label, message=message), field=field.name) from error


def titles(columns: list[str]) -> list[str]:
    """Column names for people: nameless ones get a number, repeated ones a count."""
    seen: Counter[str] = Counter()
    shown = []
    for number, name in enumerate(columns, start=1):
        seen[name] += 1
        if not name:
            shown.append(f"#{number}")
        else:
            shown.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return shown


def _words(field: ImportField) -> list[str]:
    words = [field.name]
    for language in ("zh-hans", "en"):
        with override(language):
            words.append(str(field.label))
    return [_word(word) for word in (*words, *field.aliases)]


def _word(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold().replace("_", " ").strip(" *:：")
    return " ".join(plain.split())
