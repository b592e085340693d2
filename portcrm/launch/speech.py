"""What the two commands say: every sentence in Chinese and in English."""

import sys
import unicodedata
from collections.abc import Sequence


class Trouble(Exception):
    """Something the reader can put right: what is wrong and what to do, in both languages."""

    def __init__(self, zh: str, en: str, *, detail: str = "") -> None:
        super().__init__(en)
        self.zh, self.en, self.detail = zh, en, detail.strip()

    def __str__(self) -> str:
        return "\n".join(part for part in (self.zh, self.en, self.detail) if part)


def speak_any_terminal() -> None:
    """Never fail on a character the terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace", line_buffering=True)  # type: ignore[union-attr]


def say(zh: str, en: str) -> None:
    print(f"{zh} · {en}", flush=True)


def complain(trouble: Trouble) -> None:
    print(f"\n{trouble}\n", file=sys.stderr, flush=True)


def width(text: str) -> int:
    """Columns the text takes in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns, two spaces apart."""
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
