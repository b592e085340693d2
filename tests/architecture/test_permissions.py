"""Every permission that is named exists, every place in a registry leads somewhere, and the table in docs is current."""

import ast
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from portcrm.accounts.roles import EVERY_ROLE, all_permissions
from portcrm.pages.registry import registry
from tests.architecture.source import ROOT, called_name, product, templates

ASKING = {"has_perm", "has_perms", "permission_required"}
IN_TEMPLATES = re.compile(r"\bperms\.(\w+)\.(\w+)")


def named_in_code() -> list[tuple[str, str]]:
    """(where, name) of permissions written as a word and not as a constant, which Python itself would miss."""
    found = []
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and called_name(node) in ASKING:
                found += [
                    (f"{module}:{node.lineno}", one.value)
                    for one in node.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
            if isinstance(node, ast.keyword) and node.arg in {"permission", "export_permission"} and isinstance(node.value, ast.Constant):
                found.append((f"{module}:{node.value.lineno}", node.value.value))
    return [one for one in found if one[1]]


def test_every_permission_named_in_code_exists():
    assert [one for one in named_in_code() if one[1] not in all_permissions()] == []


def test_every_permission_named_in_a_template_exists():
    wrong = [
        f"{path.relative_to(ROOT)}: {app}.{name}"
        for path in templates()
        for app, name in IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))
        if f"{app}.{name}" not in all_permissions()
    ]

    assert wrong == []


def test_every_permission_of_a_registry_entry_exists():
    entries = [*registry.nav, *registry.creates, *registry.tabs, *registry.parts, *registry.panels, *registry.searches]

    assert [(one.key, one.permission) for one in entries if one.permission and one.permission not in all_permissions()] == []


def test_every_registry_entry_leads_to_an_address():
    for one in (*registry.nav, *registry.creates, *registry.panels):
        assert reverse(one.url_name)
    for tab in (*registry.tabs, *registry.parts):
        assert reverse(tab.url_name, args=[1])


def test_no_permission_is_declared_twice_or_for_nobody():
    names = [
        node.args[0]
        for module in product()
        if module.layer == "permissions"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and called_name(node) == "Permission"
    ]
    written = [ast.unparse(name) for name in names]

    assert sorted({name for name in written if written.count(name) > 1 and name.isupper()}) == []
    assert [name for name, permission in all_permissions().items() if not permission.roles or not permission.roles <= EVERY_ROLE] == []


@pytest.mark.django_db
def test_the_table_in_the_documentation_is_the_one_the_code_means(capsys):
    call_command("permission_table")

    assert (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8") == capsys.readouterr().out
