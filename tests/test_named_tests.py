"""What the documents call the proof of something exists."""

import ast
import re
from itertools import pairwise

import pytest

from tests.architecture.source import ROOT

NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
DOCUMENT = ROOT / "docs" / "anchors.md"


def functions_of(path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}


def lines() -> list[str]:
    """The rows of every table, without their headers."""
    written = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [line for line, below in pairwise([*written, ""]) if line.startswith("| ") and not below.startswith("|---")]


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.split("|")[1].strip()[:40])
def test_each_fault_is_answered_by_what_exists(line):
    named = NAMED.findall(line)

    assert named
    assert [f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or name not in functions_of(ROOT / path)] == []


def test_every_test_is_named_in_the_way_that_is_looked_up():
    ticked = re.findall(r"`([^`]+\.py[^`]*)`", "".join(lines()))

    assert [name for name in ticked if not NAMED.fullmatch(f"`{name}`")] == []
