"""Returned mails that want a person, and addresses that are left alone."""

import django_filters
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portcrm.clock import now
from portcrm.outbox.enums import BlockReason, Fate, ReturnKind, ReturnState
from portcrm.outbox.models import AddressBlock, OutgoingEmail, ReturnedMail
from portcrm.outbox.permissions import SETTLE_RETURNS, VIEW_RETURNS
from portcrm.outbox.return_forms import AssignForm, DismissForm, LiftForm
from portcrm.outbox.services.blocking import lift_block
from portcrm.outbox.services.returned import assign_returned, dismiss_returned
from portcrm.pages.lists import Column, Empty, Listing, Ordering, Preset
from portcrm.pages.render import page

RETURNED_COLUMNS = (
    Column("subject", gettext_lazy("Subject"), attribute="__str__", link=True),
    Column("sender", gettext_lazy("Sender")),
    Column("state", gettext_lazy("State"), template="outbox/_cell_state.html", attribute="get_state_display"),
    Column("kind", gettext_lazy("Kind"), attribute="get_kind_display"),
    Column("mail", gettext_lazy("Recipient"), attribute="mail.to_address"),
    Column("received_at", gettext_lazy("Received at"), format="datetime", ordering="newest"),
)
RETURNED_ORDERINGS = (Ordering("newest", gettext_lazy("Newest first"), ("-received_at", "-pk")),)
BLOCK_COLUMNS = (
    Column("address", gettext_lazy("E-mail"), link=True),
    Column("reason", gettext_lazy("Reason"), attribute="get_reason_display"),
    Column("state", gettext_lazy("State"), template="outbox/_cell_block.html", value=lambda row: str(row.state_look[0])),
    Column("words", gettext_lazy("Words of the server")),
    Column("since", gettext_lazy("Blocked since"), format="datetime", ordering="newest"),
    Column("lifted_reason", gettext_lazy("Reason for lifting"), default=False),
)
BLOCK_ORDERINGS = (Ordering("newest", gettext_lazy("Newest first"), ("-since", "-pk")),)


class ReturnedMailFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=gettext_lazy("Sender or subject"), method="search")
    state = django_filters.MultipleChoiceFilter(label=gettext_lazy("State"), choices=ReturnState.choices)
    kind = django_filters.MultipleChoiceFilter(label=gettext_lazy("Kind"), choices=ReturnKind.choices)
    received_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Received at"))

    class Meta:
        model = ReturnedMail
        fields = ()

    def search(self, queryset, _name, text):
        return queryset.filter(Q(sender__icontains=text) | Q(subject__icontains=text))


class AddressBlockFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=gettext_lazy("E-mail"), field_name="address", lookup_expr="icontains")
    reason = django_filters.MultipleChoiceFilter(label=gettext_lazy("Reason"), choices=BlockReason.choices)
    in_force = django_filters.BooleanFilter(label=pgettext_lazy("block", "Blocked"), field_name="lifted_at", lookup_expr="isnull")

    class Meta:
        model = AddressBlock
        fields = ()


@require_safe
@permission_required(VIEW_RETURNS, raise_exception=True)
def returned_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="outbox.returnedmail",
        queryset=ReturnedMail.objects.visible_to(request.user).for_list(),
        filterset_class=ReturnedMailFilter,
        columns=RETURNED_COLUMNS,
        orderings=RETURNED_ORDERINGS,
        presets=(Preset("open", pgettext_lazy("returned mail", "To be looked at"), "state=open"),),
        empty=Empty(_("Nothing came back"), _("Reports of mail servers are read by themselves; the rest waits here."), icon="mail"),
    )
    return page(request, "outbox/returned_list.html", {"listing": listing}, fragments=listing.fragments)


@require_safe
@permission_required(VIEW_RETURNS, raise_exception=True)
def returned(request: HttpRequest, pk: int) -> HttpResponse:
    return _show_returned(request, _returned(request, pk))


@require_POST
@permission_required(SETTLE_RETURNS, raise_exception=True)
def returned_assign(request: HttpRequest, pk: int) -> HttpResponse:
    found = _returned(request, pk)
    form = AssignForm(request.POST, mails=OutgoingEmail.objects.visible_to(request.user))
    if not form.is_valid():
        return _show_returned(request, found, assign_form=form)
    assign_returned(returned=found, mail=form.mail, fate=Fate(form.cleaned_data["fate"]), at=now(), by=request.user)
    messages.success(request, _("Settled: the mail is marked as come back."))
    return redirect("outbox:returned", pk)


@require_POST
@permission_required(SETTLE_RETURNS, raise_exception=True)
def returned_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _returned(request, pk), DismissForm(request.POST)
    if not form.is_valid():
        return _show_returned(request, found, dismiss_form=form)
    dismiss_returned(returned=found, note=form.cleaned_data["note"], at=now(), by=request.user)
    messages.success(request, _("Put aside; it is kept."))
    return redirect("outbox:returned", pk)


def _returned(request: HttpRequest, pk: int) -> ReturnedMail:
    rows = ReturnedMail.objects.visible_to(request.user).select_related("mail", "settled_by").defer("raw")
    return get_object_or_404(rows, pk=pk)


def _show_returned(request: HttpRequest, found: ReturnedMail, **forms) -> HttpResponse:
    fresh = {"assign_form": AssignForm(mails=OutgoingEmail.objects.none()), "dismiss_form": DismissForm()}
    return page(request, "outbox/returned.html", {"returned": found} | fresh | forms, status=422 if forms else 200)


@require_safe
@permission_required(VIEW_RETURNS, raise_exception=True)
def block_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="outbox.addressblock",
        queryset=AddressBlock.objects.visible_to(request.user).for_list(),
        filterset_class=AddressBlockFilter,
        columns=BLOCK_COLUMNS,
        orderings=BLOCK_ORDERINGS,
        presets=(Preset("in-force", pgettext_lazy("block", "Blocked"), "in_force=true"),),
        empty=Empty(_("No address is blocked"), _("An address whose mailbox does not exist is blocked by itself."), icon="mail"),
    )
    return page(request, "outbox/block_list.html", {"listing": listing}, fragments=listing.fragments)


@require_safe
@permission_required(VIEW_RETURNS, raise_exception=True)
def block(request: HttpRequest, pk: int) -> HttpResponse:
    return _show_block(request, _block(request, pk), LiftForm())


@require_POST
@permission_required(SETTLE_RETURNS, raise_exception=True)
def block_lift(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _block(request, pk), LiftForm(request.POST)
    if not form.is_valid():
        return _show_block(request, found, form, status=422)
    lift_block(block=found, reason=form.cleaned_data["reason"], at=now(), by=request.user)
    messages.success(request, _("Lifted: mails go to this address again."))
    return redirect("outbox:block", pk)


def _block(request: HttpRequest, pk: int) -> AddressBlock:
    return get_object_or_404(AddressBlock.objects.visible_to(request.user).for_list(), pk=pk)


def _show_block(request: HttpRequest, found: AddressBlock, form: LiftForm, *, status: int = 200) -> HttpResponse:
    return page(request, "outbox/block.html", {"blocked": found, "form": form}, status=status)
