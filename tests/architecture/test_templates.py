"""Templates under the strict policy: no inline script or style, no other host, nothing unescaped."""

import re

from tests.architecture.source import ROOT, templates

PAGES = [path for path in templates() if path.suffix == ".html" and "email" not in path.parts]
INLINE = {
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.IGNORECASE),
    "script address": re.compile(r"(href|src|action)\s*=\s*[\"']javascript:", re.IGNORECASE),
    "htmx eval": re.compile(r"hx-(on[:\-]|vals\s*=\s*[\"']js:)", re.IGNORECASE),
}
OTHER_HOST = re.compile(r"(src|srcset|data)\s*=\s*[\"'](https?:)?//|<link[^>]*href=[\"'](https?:)?//", re.IGNORECASE)


def found(pattern: re.Pattern, paths) -> list[str]:
    wrong = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        wrong += [
            f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, hit.start()) + 1} {hit.group()[:80]}" for hit in pattern.finditer(text)
        ]
    return wrong


def test_pages_carry_nothing_the_policy_would_refuse():
    assert {name: found(pattern, PAGES) for name, pattern in INLINE.items()} == {name: [] for name in INLINE}


def test_pages_load_nothing_from_another_host():
    assert found(OTHER_HOST, PAGES) == []


def test_nothing_is_marked_safe_in_a_template():
    assert found(re.compile(r"\|\s*safe\b|autoescape off"), PAGES) == []


def test_every_form_that_posts_carries_its_token():
    wrong = []
    for path in PAGES:
        if path.parent == ROOT / "templates/feedback/public":
            continue  # the link is the key there: no session that could expire on a customer
        forms = re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", path.read_text(encoding="utf-8"), re.IGNORECASE | re.DOTALL)
        wrong += [str(path.relative_to(ROOT)) for form in forms if "csrf_token" not in form]

    assert wrong == []
