"""Who may write: services do; pages, serializers and tasks only call them."""

import ast
from collections.abc import Iterator

from tests.architecture.source import Module, called_name, functions, product

ALWAYS_A_WRITE = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "acreate", "asave", "adelete"}
QUERYSET_WORDS = {"objects", "filter", "exclude", "all", "visible_to", "_default_manager", "get_queryset", "select_for_update"}
READERS_ONLY = {"views", "api", "serializers", "tasks", "filters", "panels", "queries", "querysets", "exports"}
# Functions of service modules that write for nobody in particular, each with its reason.
WITHOUT_ACTOR = {
    "portcrm.accounts.services.people.system_user": "makes the very user that acts where nobody does",
    "feedback.services.questionnaires.load_shipped_questionnaire": "what comes with the product, the decision of no person",
    "portcrm.outbox.services.queue.queue_emails": "takes drafts inside the service that sends them, which names the actor",
    "marketing.services.computing.claim": "a worker takes a ranking whose row already says who asked for it",
    "customers.services.calendars.note_read": "a time stamp of the address, no decision of a person",
    "portcrm.api.services.tokens.note_use": "a time stamp of the key, no decision of a person",
}


def names_in(node: ast.AST) -> set[str]:
    return {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def writes(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that write a row: x.save(), Model.objects.create(), queryset.update(), queryset.delete() …"""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        name, on = call.func.attr, call.func.value
        over_rows = bool(names_in(on) & QUERYSET_WORDS)
        bulk = name in ALWAYS_A_WRITE
        through_rows = name in {"create", "update", "delete"} and over_rows
        one_row = name == "save" and not (isinstance(on, ast.Call) and called_name(on) == "super")
        if bulk or through_rows or one_row:
            yield call


def test_pages_serializers_and_tasks_write_nothing_themselves():
    wrong = [
        f"{module}:{call.lineno} {ast.unparse(call)[:80]}"
        for module in product()
        if module.layer in READERS_ONLY
        for call in writes(module.tree)
    ]

    assert wrong == []


def services() -> Iterator[tuple[Module, ast.FunctionDef]]:
    for module in product():
        if module.layer == "services":
            yield from ((module, node) for node in module.tree.body if isinstance(node, ast.FunctionDef))


def test_a_service_that_writes_names_who_acts():
    wrong = [
        f"{module}:{one.lineno} {one.name}"
        for module, one in services()
        if not one.name.startswith("_")
        and any(writes(one))
        and "by" not in {argument.arg for argument in one.args.kwonlyargs}
        and f"{module.name}.{one.name}" not in WITHOUT_ACTOR
    ]

    assert wrong == []


def test_a_service_takes_keywords_only():
    wrong = [
        f"{module}:{one.lineno} {one.name}"
        for module, one in services()
        if not one.name.startswith("_")
        and any(writes(one))
        and (one.args.args or one.args.posonlyargs)
        and f"{module.name}.{one.name}" not in WITHOUT_ACTOR
    ]

    assert wrong == []


def test_a_service_says_its_types_and_its_promise():
    wrong = []
    for module, one in services():
        if one.name.startswith("_") or "by" not in {argument.arg for argument in one.args.kwonlyargs}:
            continue
        untyped = [argument.arg for argument in one.args.kwonlyargs if argument.annotation is None]
        if untyped or one.returns is None or not ast.get_docstring(one):
            wrong.append(f"{module}:{one.lineno} {one.name} {untyped or 'needs a docstring and a return type'}")

    assert wrong == []


def test_no_exception_is_swallowed_bare():
    wrong = [
        f"{module}:{node.lineno}"
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]

    assert wrong == []


def test_the_clock_is_asked_in_one_place():
    wrong = [
        f"{module}:{call.lineno} {ast.unparse(call)}"
        for module in product()
        if not module.name.startswith(("portcrm.clock", "portcrm.launch"))
        for one in functions(module)
        for call in ast.walk(one)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"timezone.now", "date.today", "dt.date.today", "dt.datetime.now"}
    ]

    assert wrong == []


def test_a_row_that_may_be_waited_for_is_locked_without_its_relations():
    """PostgreSQL reads a row again once its lock is free, but not the rows joined to it: they would be those of before."""
    wrong = [
        f"{module}:{call.lineno}"
        for module in product()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and {"select_for_update", "select_related"} <= names_in(call)
        and "skip_locked" not in ast.unparse(call)
    ]

    assert wrong == []
