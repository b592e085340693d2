from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import Department, User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken


@action("department.create")
def create_department(*, code: str, name_zh: str, name_en: str, by: User) -> Department:
    """Add a department; its code is unique."""
    if Department.objects.filter(code=code).exists():
        raise RuleBroken(_("Another department has this code."), field="code")
    return Department.objects.create(code=code, name_zh=name_zh, name_en=name_en)


@action("department.edit")
def edit_department(*, department: Department, names: Mapping[str, str], seen: Mapping[str, object], by: User) -> Department:
    """Change `name_zh` or `name_en`; its code stays, because imports and exports name it.

    A name somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    if unknown := names.keys() - {"name_zh", "name_en"}:
        raise TypeError(f"edit_department cannot change {', '.join(sorted(unknown))}")
    department = Department.objects.select_for_update().get(pk=department.pk)
    department.save(update_fields=set_changes(department, changes=names, seen=seen))
    return department
