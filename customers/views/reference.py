"""Code lists for administrators."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers import permissions
from customers.forms.reference import CODE_LISTS, CodeList
from customers.models.reference import ReferenceEntry
from customers.queries.facts import text_of
from customers.services.reference import add_reference, edit_reference
from portcrm.errors import RuleBroken
from portcrm.pages.forms import EditForm
from portcrm.pages.render import page


def _code_list(key: str) -> CodeList:
    if key not in CODE_LISTS:
        raise Http404
    return CODE_LISTS[key]


def _group_title(row, attribute: str) -> str:
    value = getattr(row, attribute, "") if attribute else ""
    return str(value() if callable(value) else value or "")


@require_safe
@permission_required(permissions.MANAGE_REFERENCE, raise_exception=True)
def reference(request, key="channels"):
    """One code list, in its groups."""
    chosen = _code_list(key)
    columns = chosen.columns()
    labels = [chosen.model._meta.get_field(name).verbose_name for name in columns]
    rows = [(row, [text_of(row, name) for name in columns]) for row in chosen.rows()]
    groups = [(title, list(found)) for title, found in groupby(rows, key=lambda pair: _group_title(pair[0], chosen.group_by))]
    context = {"lists": CODE_LISTS.values(), "chosen": chosen, "labels": labels, "groups": groups}
    return page(request, "customers/reference.html", context)


@permission_required(permissions.MANAGE_REFERENCE, raise_exception=True)
def reference_edit(request, key, pk=None):
    """Add or change an entry of a code list."""
    chosen = _code_list(key)
    entry = get_object_or_404(chosen.rows(), pk=pk) if pk else chosen.model()
    form = chosen.form(request.POST or None, instance=entry)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(form, entry, request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("%(entry)s is saved.") % {"entry": saved.label})
            return redirect("customers:reference", key=key)
    return page(request, "customers/reference_form.html", {"chosen": chosen, "entry": entry, "form": form}, status=status)


def _save(form: EditForm, entry: ReferenceEntry, user) -> ReferenceEntry:
    if entry.pk:
        return edit_reference(entry=entry, changes=form.changes(), seen=form.seen_values(), by=user)
    return add_reference(entry=type(entry)(**form.values), by=user)
