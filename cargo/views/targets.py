"""The annual task: the grid it is set on."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cargo.forms.targets import GridSlotForm, PasteForm, TargetGridForm
from cargo.imports.pasted_targets import read_pasted
from cargo.permissions import EDIT_TARGET
from cargo.queries.completion import default_month
from cargo.queries.references import load_references
from cargo.queries.targets import grid_rows
from cargo.services.targets import set_targets
from portcrm.clock import port_today
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@permission_required(EDIT_TARGET, raise_exception=True)
def target_grid(request):
    """The task of one slot: classes by months. Pasted cells are shown first, whichever button was pressed, and saved with the rest."""
    chosen = GridSlotForm(request.GET, user=request.user, year=default_month(port_today()).year)
    form = TargetGridForm(request.POST or None, rows=grid_rows(request.user, chosen.slot), times=chosen.factor, unit=chosen.slot.unit)
    paste, pasted, status = PasteForm(request.POST or None), None, 200
    if request.method == "POST" and paste.is_valid() and (sheet := paste.cleaned_data["pasted"]).strip():
        pasted = read_pasted(sheet, references=load_references(), times=chosen.factor, unit=chosen.slot.unit)
        form.take_in(pasted)
        paste = PasteForm()
    elif request.method == "POST":
        status = _save(request, chosen, form) if paste.is_valid() else 422
    if status == 302:
        return redirect(f"{reverse('cargo:target_grid')}?{request.GET.urlencode()}")
    context = {"chosen": chosen, "form": form, "paste": paste, "pasted": pasted, "board_query": board_query(chosen)}
    return page(request, "cargo/target_grid.html", context, status=status)


def _save(request, chosen: GridSlotForm, form: TargetGridForm) -> int:
    """Save what was changed; 302 where that went well."""
    if not form.is_valid():
        return 422
    try:
        written = set_targets(slot=chosen.slot, cells=form.changes(), seen=form.seen_values(), by=request.user)
    except EditConflict as conflict:
        form.refuse(conflict)
        return 409
    except RuleBroken as refusal:
        form.add_error(None, str(refusal.message))
        return 422
    said = ngettext("%(count)s figure of the task is set.", "%(count)s figures of the task are set.", written.total)
    messages.success(request, said % {"count": written.total} if written.total else _("Nothing was changed."))
    return 302


def board_query(chosen) -> str:
    """The board of the same slot."""
    given = {name: chosen.data.get(name) for name in ("year", "unit", "direction", "manager", "customer")}
    return urlencode({name: value for name, value in given.items() if value})
