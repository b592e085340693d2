"""Bytes of a port's document to numbered segments: EDIFACT, or the numbered records of a Chinese platform file.

Syntax is pydifact's, through its tokenizer, because its own segment class refuses numeric tags. Nothing here knows what a segment means.
Line breaks are noise in both dialects: between segments, and where a sender wraps its lines.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pydifact.control import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.parser import Parser
from pydifact.tokenizer import Tokenizer

from cargo.documents.remarks import Kind, Remark

PLATFORM_SIGNS = Characters(component_separator="\x1d", data_separator=":", escape_character="?", segment_terminator="'")
STANDARD_SIGNS = Characters(decimal_point=".")
MOST_SEGMENTS, MOST_SEPARATORS = 1_000_000, 4_000_000  # each costs a hundred bytes; a real file of 10 MB has a third of that
LOOKED_AT = 4096  # bytes from the beginning
_BLANKS = "\ufeff \t\r\n"
_LINE_BREAKS = str.maketrans("", "", "\r\n")
_EDIFACT = re.compile(r"UNA.{6}|UN[BH]\W")
_PLATFORM = re.compile(r"00:[A-Z]{3,12}:")
_TERMINAL_LIST = re.compile(r"00NCLCONTAINER LIST")
_GB2312_RUNS = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a]")


class NotReadable(Exception):
    """A file that is no document of a port, or of a kind nobody reads here; `remark` says which."""

    def __init__(self, kind: Kind, **values: str):
        super().__init__(kind)
        self.remark = Remark(kind, 0, values)


class Segment(NamedTuple):
    """`number` counts from 1 in the file, the service string left out; `elements` are those after the tag."""

    number: int
    tag: str
    elements: tuple[tuple[str, ...], ...]

    def value(self, element: int, component: int = 1) -> str:
        """What stands there, both counted from 1 as the directories do; empty where there is nothing."""
        if element > len(self.elements) or component > len(self.elements[element - 1]):
            return ""
        return self.elements[element - 1][component - 1].strip()

    def values(self, element: int) -> tuple[str, ...]:
        return self.elements[element - 1] if element <= len(self.elements) else ()


@dataclass(frozen=True)
class ReadFile:
    """A file as far as its syntax goes."""

    encoding: str
    is_platform: bool
    decimal_mark: str
    segments: Sequence[Segment]
    remarks: Sequence[Remark] = field(default_factory=tuple)


def look_at(content: bytes) -> None:
    """Raises NotReadable where the beginning shows that a file is none of the two dialects; whatever the encoding, that is ASCII."""
    if _CONTROLS.search(content[:LOOKED_AT].replace(b"\x1a", b"")):
        raise NotReadable(Kind.BINARY)
    text = content[:LOOKED_AT].removeprefix(codecs.BOM_UTF8).decode("latin-1").lstrip(_BLANKS)
    if not (_PLATFORM.match(text) or _EDIFACT.match(text)):
        raise NotReadable(Kind.TERMINAL_LIST if _TERMINAL_LIST.match(text) else Kind.NO_DOCUMENT)


def read(content: bytes) -> ReadFile:
    """Segments of a file; raises NotReadable for what is none of the two dialects."""
    if _CONTROLS.search(content[:LOOKED_AT].replace(b"\x1a", b"")):
        raise NotReadable(Kind.BINARY)
    text, encoding = decode(content)
    text = text.lstrip(_BLANKS)
    if _PLATFORM.match(text):
        return _read(text, encoding, PLATFORM_SIGNS, is_platform=True)
    if _EDIFACT.match(text):
        signs, text = _signs_of(text)
        return _read(text, encoding, signs, is_platform=False)
    raise NotReadable(Kind.TERMINAL_LIST if _TERMINAL_LIST.match(text) else Kind.NO_DOCUMENT)


def decode(content: bytes) -> tuple[str, str]:
    """The text and the encoding it was read by: UTF-8, else GB18030 where its signs come in pairs as Chinese does, else Latin-1."""
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    high = sum(byte > 0x7F for byte in content)
    paired = sum(len(run) for run in _GB2312_RUNS.findall(content))
    if paired * 10 >= high * 9 or _PLATFORM.match(content[:40].decode("latin-1").lstrip()):
        try:
            return content.decode("gb18030"), "gb18030"
        except UnicodeDecodeError:
            pass
    return content.decode("latin-1"), "latin-1"


def _signs_of(text: str) -> tuple[Characters, str]:
    """The service string's signs and what follows it; a reserved sign in it may be missing at the end of a line."""
    if not text.startswith("UNA"):
        return STANDARD_SIGNS, text
    return Characters.from_str(text[:9]), text[9:]


def _read(text: str, encoding: str, signs: Characters, *, is_platform: bool) -> ReadFile:
    text = _without_empty(text.translate(_LINE_BREAKS).strip(), signs)
    if text.count(signs.segment_terminator) > MOST_SEGMENTS or _separators(text, signs) > MOST_SEPARATORS:
        raise NotReadable(Kind.TOO_MANY_PARTS)
    segments, remarks = [], []
    try:
        for segment in _segments(text, signs):
            segments.append(segment)
    except EDISyntaxError:
        remarks.append(Remark(Kind.TRUNCATED, len(segments) + 1))
    return ReadFile(encoding, is_platform, signs.decimal_point, tuple(segments), tuple(remarks))


def _separators(text: str, signs: Characters) -> int:
    return text.count(signs.data_separator) + text.count(signs.component_separator)


def _without_empty(text: str, signs: Characters) -> str:
    """A terminator behind a terminator ends nothing; the tokenizer would take it for the next tag's first sign."""
    end, release = re.escape(signs.segment_terminator), re.escape(signs.escape_character)
    return re.sub(rf"(?<!{release}){end}(?:\s*{end})+", lambda _found: signs.segment_terminator, text)


def _segments(text: str, signs: Characters) -> Iterator[Segment]:
    raw = Parser(characters=signs).convert_tokens_to_raw_segments(Tokenizer().get_tokens(text, signs))
    for number, (tag, *elements) in enumerate(raw, start=1):
        yield Segment(number, _text(tag).strip(), tuple(_components(element) for element in elements))


def _components(element: str | list[str]) -> tuple[str, ...]:
    return (element,) if isinstance(element, str) else tuple(element)


def _text(element: str | list[str]) -> str:
    return element if isinstance(element, str) else " ".join(element)
