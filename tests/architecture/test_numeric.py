"""What a web process loads never reaches the numeric packages, by however many steps: they cost it seconds and memory."""

from tests.architecture.source import imports, product

NUMERIC = {"numpy", "scipy", "statsmodels", "pandas"}
WEB = {"urls", "public_urls", "registry", "apps", "models", "middleware", "context", "templatetags", "management", "adapter"}
ROOTS = {"portcrm.settings", "portcrm.urls", "portcrm.celery", "portcrm.wsgi"}


def with_packages(name: str) -> list[str]:
    """a.b.c loads a, a.b and a.b.c."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def test_no_module_a_web_process_loads_reaches_a_numeric_package():
    by_name = {module.name: module for module in product()}
    asked = {name: {wanted for _line, wanted in imports(module)} for name, module in by_name.items()}
    waiting = [(name, name) for name, module in by_name.items() if module.layer in WEB or name in ROOTS]
    seen, reached = {name for name, _way in waiting}, []
    while waiting:
        name, way = waiting.pop()
        for wanted in asked[name]:
            if wanted.split(".")[0] in NUMERIC:
                reached.append(f"{way} → {wanted}")
            for step in with_packages(wanted):
                if step in by_name and step not in seen:
                    seen.add(step)
                    waiting.append((step, f"{way} → {step}"))

    assert "cargo.views.overview" in seen
    assert reached == []


def test_the_numeric_packages_stand_behind_pure_figures():
    importers = {module.name for module in product() for _line, wanted in imports(module) if wanted.split(".")[0] in NUMERIC}

    assert {name for name in importers if not name.startswith("cargo.forecast.")} == set()
