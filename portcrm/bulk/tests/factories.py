"""A list and an action of the tests: departments, the smallest thing the frame has."""

from django import forms

from portcrm.accounts.models import Department
from portcrm.bulk.actions import BulkAction, BulkList, registry
from portcrm.bulk.forms import BulkForm
from portcrm.bulk.models import BulkRun
from portcrm.bulk.services.runs import start_run
from portcrm.errors import RuleBroken
from portcrm.pages.permissions import SHARE_VIEW

RECORD = "tests.department"


class PrefixForm(BulkForm):
    prefix = forms.CharField(max_length=10)


def prefix_one(*, row: Department, values: dict, by) -> None:
    """Names that begin with "fixed" are refused, "broken" is an error of the program; a second time would show in the name."""
    if row.name_zh.startswith("fixed"):
        raise RuleBroken("This department keeps its name.")
    if row.name_zh.startswith("broken"):
        raise ZeroDivisionError
    row.name_zh = f"{values['prefix']}{row.name_zh}"
    row.save(update_fields=["name_zh"])


LIST = BulkList(RECORD, "Departments", "bulk:run_list", lambda user: Department.objects.order_by("pk"), None)
ACTION = BulkAction(RECORD, "prefix", "Prefix", "edit", SHARE_VIEW, PrefixForm, prefix_one)


def register() -> None:
    registry.lists[RECORD] = LIST
    registry.actions[RECORD, "prefix"] = ACTION


def make_bulk_run(by, rows, *, prefix: str = "新", **fields) -> BulkRun:
    run = start_run(chosen=ACTION, rows=rows, values={"prefix": [prefix]}, query="", by=by)
    BulkRun.objects.filter(pk=run.pk).update(**fields)
    run.refresh_from_db()
    return run
