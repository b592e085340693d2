"""The Chinese catalogue is complete, keeps its placeholders and speaks the port's words."""

import csv
import re

import polib

from tests.architecture.messages import from_code, from_templates
from tests.architecture.source import ROOT

CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
GLOSSARY = ROOT / "locale" / "glossary.csv"
# English words of the glossary that mean something else as well, with the other words that are right.
ALSO_RIGHT = {
    "import": {"导入"},
    "export": {"导出"},
    "reliability": {"可靠"},
    "frequency": {"频率", "频次"},
    "trend": {"趋势", "走势"},
    "position": {"职务", "位置", "名次", "次序"},
    "bank": {"银行"},
    "referral": {"转介绍", "推荐"},
    "thinking": {"思想", "思维"},
    "booking": {"订舱", "托单"},
    "customer visit": {"走访", "拜访"},
    "contact": {"人"},  # as a unit: 3 人
}
PLACEHOLDERS = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def entries() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]


def test_every_text_of_code_and_templates_is_in_the_catalogue():
    known = {(entry.msgctxt or "", entry.msgid) for entry in entries()}  # a text under a context only is none without it
    said = {(context, text): where for where, context, text in (*from_code(), *from_templates()) if text.strip()}

    assert [f"{where}: {context} {text}" for (context, text), where in said.items() if (context, text) not in known] == []


def test_every_entry_is_translated_and_none_is_a_guess():
    assert [entry.msgid for entry in entries() if not entry.translated() or entry.fuzzy] == []


def test_a_translation_keeps_its_placeholders():
    wrong = []
    for entry in entries():
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            wanted = set(PLACEHOLDERS.findall(entry.msgid)) | set(PLACEHOLDERS.findall(entry.msgid_plural or ""))
            if text and not set(PLACEHOLDERS.findall(text)) <= wanted:
                wrong.append((entry.msgid, text))
            if text and not entry.msgid_plural and set(PLACEHOLDERS.findall(text)) != wanted:
                wrong.append((entry.msgid, text))

    assert wrong == []


def test_chinese_sentences_have_chinese_punctuation():
    half_width = re.compile(r"[\u4e00-\u9fff][,:;?!](?!//)|[,;?!][\u4e00-\u9fff]")
    wrong = [text for entry in entries() for text in (entry.msgstr, *entry.msgstr_plural.values()) if half_width.search(text)]

    assert wrong == []


def glossary() -> dict[str, set[str]]:
    """English word in small letters, without what stands in brackets -> the Chinese words for it."""
    words: dict[str, set[str]] = {}
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            english = re.sub(r"\s*\(.*?\)", "", row["en"]).strip().lower()
            words.setdefault(english, set()).add(row["zh"])
    return words


def test_a_word_of_the_glossary_is_translated_as_the_glossary_says():
    words, wrong = glossary(), []
    for entry in entries():
        key = entry.msgid.strip().lower()
        for form in (key, key.removesuffix("s")):
            if form in words and not entry.msgctxt:
                right = words[form] | ALSO_RIGHT.get(form, set())
                if not any(word in entry.msgstr for word in right):
                    wrong.append(f"{entry.msgid}: {entry.msgstr}, the glossary says {' or '.join(sorted(words[form]))}")

    assert wrong == []


def test_no_chinese_is_written_where_english_is_the_source():
    chinese = re.compile(r"[\u4e00-\u9fff]")

    # A unit as files write it may be quoted.
    assert [
        f"{where}: {text}" for where, _context, text in (*from_code(), *from_templates()) if chinese.search(text.replace("万吨", ""))
    ] == []
