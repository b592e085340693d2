"""What programs send is read in one place, which refuses names it does not know."""

import ast

from tests.architecture.source import called_name, functions, product


def test_no_endpoint_reads_a_body_by_itself():
    """The parameters of an address are no body: filters and page marks stand among them."""
    wrong = []
    for module in product():
        if module.layer != "api" and not module.name.startswith("portcrm.api.views"):
            continue
        for function in functions(module):
            called = {called_name(node) for node in ast.walk(function) if isinstance(node, ast.Call)}
            if "request.data" in ast.unparse(function) and "read" not in called:
                wrong.append(f"{module}:{function.lineno} {function.name}")

    assert wrong == []
