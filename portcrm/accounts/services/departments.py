from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import Department, User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken


@action("department.create")
def create_department(*, code: str, name_zh: str, name_en: str, by: User) -> Department:
    """Add a department; its code is unique."""
    if Department.objects.filter(code=code).exists():
        raise RuleBroken(_("Another department has this code."), field="code")
    return Department.objects.create(code=code, name_zh=name_zh, name_en=name_en)


@action("department.edit")
def edit_department(*, department: Department, name_zh: str, name_en: str, by: User) -> Department:
    """Rename a department; its code stays, because imports and exports name it."""
    department.name_zh, department.name_en = name_zh, name_en
    department.save(update_fields=["name_zh", "name_en"])
    return department
