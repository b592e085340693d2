"""Small by rule; a bigger limit needs a decision record."""

from tests.architecture.source import ROOT, functions, length, modules, product, templates

FILE, FUNCTION, TEMPLATE, VIEW = 400, 60, 150, 25


def lines_of(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_a_reader_keeps_in_mind():
    own = [*(module.path for module in modules()), *(ROOT / "static").rglob("*.js"), *(ROOT / "static").rglob("*.css")]

    assert [f"{path.relative_to(ROOT)}: {lines_of(path)}" for path in own if lines_of(path) > FILE] == []


def test_no_function_is_longer_than_a_screen():
    wrong = [
        f"{module}:{one.lineno} {one.name}: {length(one)}" for module in modules() for one in functions(module) if length(one) > FUNCTION
    ]

    assert wrong == []


def test_no_view_does_more_than_ask_and_render():
    wrong = [
        f"{module}:{one.lineno} {one.name}: {length(one)}"
        for module in product()
        if module.layer in {"views", "api"}
        for one in functions(module)
        if length(one) > VIEW
    ]

    assert wrong == []


def test_no_template_is_longer_than_a_page():
    assert [f"{path.relative_to(ROOT)}: {lines_of(path)}" for path in templates() if lines_of(path) > TEMPLATE] == []
