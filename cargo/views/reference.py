"""The port's code lists for its administrator: what is in them, adding, changing, taking out of use and bringing back."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cargo.columns import reference as columns
from cargo.filters import reference as filters
from cargo.forms import reference as forms
from cargo.models import CargoClass, CargoForm, CargoSubclass, GoodsRule, Movement, Port, TradeKind, Unit
from cargo.models.reference import KeptEntry
from cargo.permissions import EDIT_REFERENCE
from cargo.services.reference import add_entry, edit_entry
from portcrm.errors import RuleBroken
from portcrm.pages.lists import Column, Empty, Listing, Ordering, Preset
from portcrm.pages.render import page

OUT_OF_USE = Preset("retired", gettext_lazy("Out of use"), "is_active=false")
OWN = Preset("own", gettext_lazy("Added or changed here"), "is_own=true")


@dataclass(frozen=True)
class EntryList:
    label: str
    new_label: str
    model: type[KeptEntry]
    form: type[forms.EntryForm]
    filterset: type[filters.EntryFilter]
    columns: tuple[Column, ...]
    orderings: tuple[Ordering, ...] = columns.BY_CODE
    presets: tuple[Preset, ...] = (OUT_OF_USE, OWN)
    may_grow: bool = True

    @property
    def key(self) -> str:
        return self.model.list_key


LISTS = {
    one.key: one
    for one in (
        EntryList(gettext_lazy("Cargo classes"), gettext_lazy("New cargo class"), CargoClass, forms.CargoClassForm,
                  filters.CargoClassFilter, columns.CARGO_CLASSES),
        EntryList(gettext_lazy("Sub-classes"), gettext_lazy("New sub-class"), CargoSubclass, forms.CargoSubclassForm,
                  filters.CargoSubclassFilter, columns.CARGO_SUBCLASSES),
        EntryList(gettext_lazy("Goods rules"), gettext_lazy("New goods rule"), GoodsRule, forms.GoodsRuleForm,
                  filters.GoodsRuleFilter, columns.GOODS_RULES, columns.GOODS_RULE_ORDERINGS),
        EntryList(gettext_lazy("Cargo forms"), gettext_lazy("New cargo form"), CargoForm, forms.CargoFormForm,
                  filters.CargoFormFilter, columns.CARGO_FORMS, columns.BY_POSITION),
        EntryList(gettext_lazy("Kinds of trade"), gettext_lazy("New kind of trade"), TradeKind, forms.TradeKindForm,
                  filters.TradeKindFilter, columns.TRADE_KINDS, columns.BY_POSITION),
        EntryList(gettext_lazy("Import, export, transshipment"), "", Movement, forms.MovementForm, filters.MovementFilter,
                  columns.MOVEMENTS, columns.BY_POSITION, (OWN,), may_grow=False),
        EntryList(gettext_lazy("Units and container sizes"), gettext_lazy("New unit"), Unit, forms.UnitForm, filters.UnitFilter,
                  columns.UNITS, columns.BY_POSITION,
                  (Preset("sizes", gettext_lazy("Container sizes"), "kind=boxes"), OUT_OF_USE, OWN)),
        EntryList(gettext_lazy("Ports"), gettext_lazy("New port"), Port, forms.PortForm, filters.PortFilter, columns.PORTS,
                  columns.PORT_ORDERINGS),
    )
}  # fmt: skip


def _entry_list(key: str) -> EntryList:
    if key not in LISTS:
        raise Http404
    return LISTS[key]


@require_safe
@permission_required(EDIT_REFERENCE, raise_exception=True)
def reference(request, key="classes"):
    """One code list."""
    chosen = _entry_list(key)
    listing = Listing(
        request,
        record=chosen.model._meta.label_lower,
        queryset=chosen.model.objects.for_list(),
        filterset_class=chosen.filterset,
        columns=chosen.columns,
        orderings=chosen.orderings,
        presets=chosen.presets,
        empty=Empty(_("Nothing here"), _("No entry fits these conditions."), icon="list"),
    )
    context = {"listing": listing, "lists": LISTS.values(), "chosen": chosen}
    return page(request, "cargo/reference.html", context, fragments=listing.fragments)


@require_http_methods(["GET", "POST"])
@permission_required(EDIT_REFERENCE, raise_exception=True)
def reference_edit(request, key, pk=None):
    """Add an entry of a code list, or change one."""
    chosen = _entry_list(key)
    if not pk and not chosen.may_grow:
        raise Http404
    entry = _entry(chosen.model, pk) if pk else chosen.model()
    form = chosen.form(request.POST or None, instance=entry)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(form, entry, request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("%(entry)s is saved.") % {"entry": saved})
            return redirect("cargo:reference", key=key)
    context = {"chosen": chosen, "entry": entry if pk else None, "form": form, "cancel_url": reverse("cargo:reference", args=[key])}
    return page(request, "cargo/reference_form.html", context, status=status)


def _entry(model: type[KeptEntry], key: str) -> KeptEntry:
    """404 also for what is no key of this list."""
    try:
        return get_object_or_404(model, pk=model._meta.pk.to_python(key.replace("\x00", "")))
    except ValidationError as error:
        raise Http404 from error


def _save(form: forms.EntryForm, entry: KeptEntry, user) -> KeptEntry:
    if not entry._state.adding:
        return edit_entry(entry=entry, changes=form.changes(), seen=form.seen_values(), by=user)
    values = form.values
    written_as = values.pop("written_as", ())
    return add_entry(entry=type(entry)(**values), written_as=written_as, by=user)
