"""Every part of an audit event's detail has words of its own in both languages; no key of code is read out on a page."""

import ast
import re

from django.utils.translation import override

from portcrm.audit import events
from portcrm.audit.events import Told, event_kind
from portcrm.exchange import exported
from tests.architecture.source import called_name, product

NOT_DETAIL = {"by", "action", "target", "targets"}
# Details whose keys are gathered before the call.
GATHERED = {
    "bulk.run": {"total", "done", "refused"},
    "exchange.import": {"created", "updated", "skipped", "rejected"},
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def recorded_details() -> dict[str, set[str]]:
    """action -> the keys the product records with it, as far as they stand in the call."""
    found: dict[str, set[str]] = {}
    for module in product():
        for call in ast.walk(module.tree):
            if not isinstance(call, ast.Call) or called_name(call) not in {"record", "record_each"}:
                continue
            told = {keyword.arg: keyword.value for keyword in call.keywords}
            if not isinstance(told.get("action"), ast.Constant):
                continue
            keys = {name for name in told if name} - NOT_DETAIL
            if "targets" in told:
                keys |= {key.value for node in ast.walk(told["targets"]) if isinstance(node, ast.Dict) for key in node.keys}
            found.setdefault(told["action"].value, set()).update(keys)
    return {action: keys | GATHERED.get(action, set()) for action, keys in found.items()}


def test_every_part_of_a_recorded_detail_has_words():
    recorded = recorded_details()
    kinds = {action: event_kind(action).present for action in recorded}

    assert {"exchange.export", "contact.read_profile", "bulk.run"} <= set(recorded)
    assert {
        action: sorted(keys - kinds[action].keys)
        for action, keys in recorded.items()
        if isinstance(kinds[action], Told) and keys - kinds[action].keys
    } == {}


def test_the_words_of_a_detail_are_chinese_to_a_chinese_reader():
    with override("zh-hans"):
        foreign = [
            (action, name)
            for action, kind in events._kinds.items()
            if isinstance(kind.present, Told)
            for name, (words, _read) in kind.present._parts.items()
            if not CHINESE.search(str(words))
        ]

    assert foreign == []


def exported_lists() -> set[str]:
    """What the product's exported lists and calls of tell_export say they hold."""
    found = set()
    for module in product():
        for call in ast.walk(module.tree):
            if isinstance(call, ast.Call) and called_name(call) in {"Listing", "tell_export"}:
                told = {keyword.arg: keyword.value for keyword in call.keywords}
                named = told.get("listing_record") or (told.get("record") if "export_permission" in told else None)
                if isinstance(named, ast.Constant):
                    found.add(named.value)
    return found


def test_every_list_people_take_out_has_a_name():
    lists = exported_lists()

    with override("zh-hans"):
        assert "customers.customer" in lists
        assert sorted(record for record in lists if not CHINESE.search(exported.name_of_list(record))) == []
