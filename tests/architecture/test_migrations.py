"""Migrations say in their name what they do, and nothing waits to be made."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.source import APPS, ROOT, parsed

# What makemigrations itself writes into a migration: an operation, a manager, the default of a field.
NAMED_BY_DJANGO = {"portcrm.audit.trigger_operations", "portcrm.clock", "customers.querysets", "feedback.models.invitation"}
HOW_MIGRATIONS_RUN = {"portcrm.one_step.OneStep"}  # not what the schema is
LOOSE = 5  # operations that may stand outside a OneStep: each of them renders nearly all models anew
OPERATIONS = re.compile(r"^(Create|Delete|Rename|Alter|Add|Remove)[A-Z]")
NAME = re.compile(r"^\d{4}_[a-z0-9_]+$")


def test_migrations_have_names_that_tell():
    names = [path for app in APPS for path in (ROOT / app).rglob("migrations/[0-9]*.py")]

    assert [
        str(path.relative_to(ROOT))
        for path in names
        if not NAME.match(path.stem) or "_auto_" in path.stem or path.stem.endswith("_and_more")
    ] == []


def test_migrations_read_nothing_of_ours_that_may_change():
    ours = [
        f"{path.relative_to(ROOT)} {name}"
        for app in APPS
        for path in sorted((ROOT / app).rglob("migrations/*.py"))
        for name in imported_names(path)
        if name.split(".")[0] in APPS and name not in NAMED_BY_DJANGO | HOW_MIGRATIONS_RUN
    ]

    assert ours == []


def test_migrations_change_the_schema_in_one_step():
    loose = {
        str(path.relative_to(ROOT)): len(changes)
        for app in APPS
        for path in sorted((ROOT / app).rglob("migrations/*.py"))
        if len(changes := changes_of_the_schema(path)) > LOOSE
    }

    assert loose == {}


def changes_of_the_schema(path: Path) -> list[str]:
    """Operations that stand in the list of the migration itself, not in a OneStep."""
    lists = [
        node.value
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List) and ast.unparse(node.targets[0]) == "operations"
    ]
    calls = [call.func for found in lists for call in found.elts if isinstance(call, ast.Call)]
    return [call.attr for call in calls if isinstance(call, ast.Attribute) and OPERATIONS.match(call.attr)]


def imported_names(path: Path) -> list[str]:
    nodes = list(ast.walk(parsed(path)))
    whole = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    return whole + [f"{node.module}.{name.name}" for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names]


@pytest.mark.django_db
def test_no_change_of_a_model_waits_for_its_migration(capsys):
    waiting = ""
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit as ended:
        waiting = f"{ended.code}: {capsys.readouterr().out}"

    assert waiting == ""
