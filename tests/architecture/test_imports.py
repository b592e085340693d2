"""The arrow between apps, the order inside the frame and the layers inside an app."""

import ast
from itertools import pairwise

from tests.architecture.source import APPS, functions, imports, modules, product

# Inside portcrm a core module imports its own app and lower numbers; leaves are open to all.
FRAME = {
    "api": 6, "exchange": 6, "files": 6, "bulk": 6, "paper": 6, "notices": 5, "outbox": 4, "pages": 3, "accounts": 2, "audit": 1,
}  # fmt: skip
LEAVES = (
    "portcrm.addresses",
    "portcrm.errors",
    "portcrm.clock",
    "portcrm.bilingual",
    "portcrm.editing",
    "portcrm.limits",
    "portcrm.memo",
    "portcrm.code_field",
    "portcrm.once",
    "portcrm.one_step",
    "portcrm.accounts.roles",
    "portcrm.celery",
)
# The screens of the frame stand on all of it: a page of accounts uses the list of pages.
SCREENS = {
    *("views", "urls", "public_urls", "forms", "filters", "registry", "imports", "exports", "panels", "api", "columns", "cells"),
    *("templatetags", "context", "middleware", "management", "adapter", "mails"),
}
COMPOSITION = {"portcrm.settings", "portcrm.urls", "portcrm.celery", "portcrm.wsgi"}

LAYERS = (
    {"enums", "permissions", "querysets", "errors"},
    {"models"},
    {"queries", "cells"},
    {"services"},
    {"tasks"},
    {"forms", "filters", "imports", "intake", "exports", "panels", "columns"},
    {"views", "api"},
    {"urls", "public_urls"},
)
LAYER_OF = {name: number for number, names in enumerate(LAYERS) for name in names}
COMPOSING = {"registry", "apps", "management", "tests", "migrations", "templatetags", ""}
PURE = (
    "feedback.analysis",
    "customers.analysis",
    "customers.network",
    "marketing.value.scoring",
    "cargo.documents",
    "cargo.goods",
    "cargo.statistics",
    "cargo.forecast",
)


def frame_app(name: str) -> str:
    parts = name.split(".")
    return parts[1] if parts[0] == "portcrm" and len(parts) > 1 and parts[1] in FRAME else ""


def is_leaf(name: str) -> bool:
    return any(name == leaf or name.startswith(f"{leaf}.") for leaf in LEAVES)


def test_apps_import_only_from_apps_to_their_right():
    wrong = []
    for module in modules():
        app = module.name.split(".")[0]
        if app not in APPS:
            continue
        upward = APPS[: APPS.index(app)]
        wrong += [f"{module}:{line} imports {name}" for line, name in imports(module) if name.split(".")[0] in upward]

    assert wrong == []


def test_the_frame_imports_only_downward():
    wrong = []
    for module in product():
        app = frame_app(module.name)
        if not app or module.layer in SCREENS:
            continue
        for line, name in imports(module):
            other = frame_app(name)
            if other and other != app and FRAME[other] >= FRAME[app] and not is_leaf(name):
                wrong.append(f"{module}:{line} imports {name}")

    assert wrong == []


def test_leaves_of_the_frame_import_nothing_of_the_frame():
    wrong = [
        f"{module}:{line} imports {name}"
        for module in product()
        if is_leaf(module.name)
        for line, name in imports(module)
        if name.split(".")[0] in APPS and not is_leaf(name) and not name.startswith("portcrm.audit.channel")
    ]

    assert wrong == []


def test_composition_names_apps_by_strings():
    wrong = [
        f"{module}:{line} imports {name}"
        for module in product()
        if module.name in COMPOSITION
        for line, name in imports(module)
        if frame_app(name) and not name.startswith("portcrm.audit.channel")
    ]

    assert wrong == []


def test_a_layer_imports_only_layers_before_it():
    wrong = []
    for module in product():
        own = LAYER_OF.get(module.layer)
        if own is None:
            continue
        for line, name in imports(module):
            if not name.startswith(f"{module.package}."):
                continue
            if name.startswith("portcrm.pages.registry"):
                continue  # the shelf itself: apps' registries fill it, the frame's pages read it
            layer = name.removeprefix(f"{module.package}.").split(".")[0]
            if LAYER_OF.get(layer, -1) > own or layer in {"registry", "urls"} and module.layer not in {"urls", "public_urls"}:
                wrong.append(f"{module}:{line} imports {name}")

    assert wrong == []


def test_every_module_of_an_app_has_a_layer():
    known = set(LAYER_OF) | COMPOSING
    leaf_packages = {
        "analysis",
        "value",
        "documents",
        "goods",
        "email",
        "demo",
        "samples",
        "reference",
        "naming",
        "identifiers",
        "network",
        "document_words",
        "statistics",
        "statistic_words",
        "forecast",
    }
    wrong = [str(module) for module in product() if module.package in APPS[:-1] and module.layer not in known | leaf_packages]

    assert wrong == []


def test_pure_packages_know_no_database_no_request_and_no_clock():
    forbidden = ("django", "portcrm", "celery", "customers", "cargo.models", "feedback.models", "marketing.models")
    wrong = [
        f"{module}:{line} imports {name}"
        for module in product()
        if module.name.startswith(PURE)
        for line, name in imports(module)
        if name.startswith(forbidden) or name in {"time.time", "datetime.now"}
    ]

    assert wrong == []


def test_a_web_process_never_pays_for_numeric_packages():
    numeric = ("numpy", "scipy", "statsmodels")
    wrong = [
        f"{module}:{line} imports {name}"
        for module in product()
        if module.layer in {"views", "urls", "models", "querysets", "queries", "forms", "filters", "api", "registry", "apps"}
        for line, name in imports(module)
        if name.split(".")[0] in numeric
    ]

    assert wrong == []


def test_only_a_worker_loads_what_makes_pdf_files():
    """A task module is loaded by workers; each of these is imported by the next and by nobody else."""
    chain = ("weasyprint", "portcrm.paper.pdf", "portcrm.paper.making", "portcrm.paper.tasks")
    importers = {
        wanted: sorted({module.name for module in product() for _line, name in imports(module) if f"{name}.".startswith(f"{wanted}.")})
        for wanted in chain[:-1]
    }

    assert importers == {lower: [upper] for lower, upper in pairwise(chain)}


def test_nothing_is_imported_inside_a_function():
    wrong = [
        f"{module}:{inner.lineno} in {function.name}"
        for module in modules()
        for function in functions(module)
        for inner in ast.walk(function)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]

    assert wrong == []


def test_no_star_imports_and_no_settings_module():
    wrong = [
        f"{module}:{line} imports {name}"
        for module in modules()
        for line, name in imports(module)
        if name.endswith(".*") or name == "portcrm.settings" or name.startswith("portcrm.settings.")
    ]

    assert wrong == []
