"""What the guards read: our own source files, their syntax trees and imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("marketing", "feedback", "cargo", "customers", "portcrm")  # each imports only from those to its right
OURS = (*APPS, "tests", "bench")


@dataclass(frozen=True)
class Module:
    path: Path

    @property
    def name(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def package(self) -> str:
        """The app, a frame app counting as one: customers, portcrm.audit."""
        parts = self.name.split(".")
        return ".".join(parts[:2]) if parts[0] == "portcrm" and len(parts) > 1 else parts[0]

    @property
    def layer(self) -> str:
        """The first name below the app: models, services, views …, or nothing for the app itself."""
        rest = self.name.removeprefix(self.package).strip(".")
        return rest.split(".")[0]

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.relative_to(ROOT).parts

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.path.parts

    @property
    def tree(self) -> ast.Module:
        return parsed(self.path)

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python module of ours, tests included, migrations left out."""
    found = (Module(path) for folder in OURS for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(module for module in found if not module.is_migration)


def product() -> tuple[Module, ...]:
    """The modules that run in production."""
    return tuple(module for module in modules() if not module.is_test and module.name.split(".")[0] in APPS)


def templates() -> list[Path]:
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.suffix in {".html", ".txt"}]


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a module imports; `from a import b` counts as a.b."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.name.split(".") if module.path.name == "__init__.py" else module.name.split(".")[:-1]
                base = ".".join([*parents[: len(parents) - node.level + 1], *([base] if base else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def called_name(call: ast.Call) -> str:
    """The last name of what is called: `a.b.c()` gives c."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
