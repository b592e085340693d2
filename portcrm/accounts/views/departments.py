from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.forms import DepartmentForm
from portcrm.accounts.models import Department
from portcrm.accounts.permissions import MANAGE_PEOPLE
from portcrm.accounts.services import create_department, edit_department
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@permission_required(MANAGE_PEOPLE, raise_exception=True)
def departments(request):
    """The departments people belong to, with how many people each has."""
    rows = Department.objects.visible_to(request.user).annotate(people_count=Count("people"))
    return page(request, "accounts/departments.html", {"departments": rows})


@permission_required(MANAGE_PEOPLE, raise_exception=True)
def department_create(request):
    """Add a department."""
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            create_department(by=request.user, **form.values)
        except RuleBroken as broken:
            form.add_error(broken.field, str(broken.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:departments")
    return page(request, "accounts/department_form.html", {"form": form}, status=422 if form.errors else 200)


@permission_required(MANAGE_PEOPLE, raise_exception=True)
def department_edit(request, pk: int):
    """Rename a department."""
    department = get_object_or_404(Department.objects.visible_to(request.user), pk=pk)
    form = DepartmentForm(request.POST or None, instance=department)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_department(department=department, names=form.changes(), seen=form.seen_values(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:departments")
    return page(request, "accounts/department_form.html", {"form": form, "department": department}, status=status)
