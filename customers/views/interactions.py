"""Recording contact with a customer, problems, and follow-ups."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.columns import FOLLOW_UP_COLUMNS, FOLLOW_UP_ORDERINGS, INTERACTION_COLUMNS, INTERACTION_ORDERINGS
from customers.enums import FollowUpState
from customers.filters import FollowUpFilter, InteractionFilter
from customers.forms.interactions import CorrectionForm, FollowUpForm, FollowUpPlanForm, InteractionForm, ProblemForm, ResultForm
from customers.models import Customer, FollowUp, Interaction, OpenProblem
from customers.queries.participants import participant_changes
from customers.queries.record import CustomerOverview
from customers.services import followups, interactions, parts
from customers.services.remembering import tell_reminders_read
from customers.views.customer import visible_customer
from customers.views.in_place import Place, one_form
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.forms import EditForm
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page, toast


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def interaction_create(request, pk):
    """The composer on top of the timeline; a page of its own without JavaScript."""
    customer = visible_customer(request, pk)
    form = InteractionForm(request.POST or None, request.FILES or None, customer=customer, user=request.user)
    context = {"customer": customer, "form": form, "may_record": True, "cancel_url": customer.get_absolute_url()}
    if request.method != "POST":
        return page(request, "customers/interaction_form.html", context, fragments=("composer",))
    if form.is_valid() and handed_over(form, interactions.log_interaction, customer=customer, by=request.user):
        if not request.htmx:
            messages.success(request, _("Recorded."))
            return redirect(customer)
        context["form"] = None
        return _with_follow_ups(request, "customers/recorded.html", context, said=_("Recorded."))
    return page(request, "customers/interaction_form.html", context, fragments=("composer",), status=422)


def _with_follow_ups(request, template: str, context: dict, *, said: str):
    """What is drawn anew after a click, the customer's open follow-ups with it; whose reminders are among them is written down."""
    overview = CustomerOverview(context["customer"], user=request.user, today=port_today())
    response = page(request, template, context | {"overview": overview, "may_record": True, "today": overview.today})
    tell_reminders_read(rows=overview.follow_ups_shown, by=request.user)
    return toast(response, said)


def handed_over(form, service, **given):
    """Call the service with the form's values; a broken rule becomes an error of the form and None is returned."""
    try:
        return service(**given, **form.cleaned_data)
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def edited(form: EditForm, save) -> int:
    """Let `save` store what an editor changed; answers with the status of the page that follows."""
    if not form.is_valid():
        return 422
    try:
        save(changes=form.changes(), seen=form.seen_values())
    except RuleBroken as refusal:
        return form.refuse(refusal)
    return 200


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def interaction_list(request):
    """Contact with all customers: what I did this month, what a colleague did, what came of it."""
    listing = Listing(
        request,
        record="customers.interaction",
        queryset=Interaction.objects.visible_to(request.user).for_list(),
        filterset_class=InteractionFilter,
        columns=INTERACTION_COLUMNS,
        orderings=INTERACTION_ORDERINGS,
        presets=(
            Preset("visits", _("My visits this month"), "mine=True&kind=visit&period=this_month"),
            Preset("mine", _("Recorded by me"), "mine=True"),
            Preset("week", _("This week"), "period=this_week"),
        ),
        empty=Empty(_("No interactions yet"), _("Record the first call or visit on the page of a customer."), icon="message"),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/interaction_list.html", {"listing": listing}, fragments=listing.fragments)


def visible_interaction(request, pk: int) -> Interaction:
    return get_object_or_404(Interaction.objects.visible_to(request.user).for_timeline().select_related("customer"), pk=pk)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def interaction(request, pk):
    """One interaction with its participants, files and history."""
    row = visible_interaction(request, pk)
    may_correct = row.recorded_by_id == request.user.pk and request.user.has_perm(permissions.RECORD_INTERACTION)
    contacts = row.contacts.all() if request.user.has_perm(permissions.VIEW_CONTACT) else ()
    follow_ups = FollowUp.objects.visible_to(request.user).filter(interaction=row).select_related("owner")
    context = {"interaction": row, "customer": row.customer, "may_correct": may_correct, "contacts": contacts, "follow_ups": follow_ups,
               "participant_changes": participant_changes(request.user, row)}  # fmt: skip
    return page(request, "customers/interaction.html", context)


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def interaction_edit(request, pk):
    """Its author puts right what was recorded."""
    row = visible_interaction(request, pk)
    if row.recorded_by_id != request.user.pk:
        raise PermissionDenied
    form, status = CorrectionForm(request.POST or None, request.FILES or None, instance=row, user=request.user), 200
    if request.method == "POST":
        status = edited(
            form, lambda **edit: interactions.correct_interaction(interaction=row, by=request.user, **edit, **form.participants)
        )
        if status == 200:
            messages.success(request, _("Corrected."))
            return redirect(row)
    context = {"customer": row.customer, "form": form, "title": _("Correct what was recorded"), "cancel_url": row.get_absolute_url()}
    return page(request, "customers/one_form.html", context | {"submit": _("Save")}, status=status)


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def follow_up_create(request, pk):
    """Plan something for a customer."""
    customer = visible_customer(request, pk)
    form = FollowUpForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid() and handed_over(form, followups.open_follow_up, customer=customer, by=request.user):
        messages.success(request, _("The follow-up is open."))
        return redirect(customer)
    context = {"customer": customer, "form": form, "cancel_url": customer.get_absolute_url()}
    return page(request, "customers/follow_up_form.html", context, status=422 if form.is_bound else 200)


def _among_problems(request, customer: Customer) -> Place:
    """The open problems at the side of the customer's page."""

    def stored():
        overview = CustomerOverview(customer, user=request.user, today=port_today())
        return page(request, "customers/_problems.html", {"customer": customer, "overview": overview, "may_edit": True})

    return Place("problems", customer.get_absolute_url(), stored)


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def problem_create(request, pk):
    """Note an open problem."""
    customer = visible_customer(request, pk)
    return one_form(
        request, customer, ProblemForm(request.POST or None, auto_id="problem_%s"),
        lambda **given: parts.open_problem(customer=customer, **given), title=_("Note a problem"), said=_("The problem is noted."),
        back=customer.get_absolute_url(), submit=_("Save"), places=(_among_problems(request, customer),),
    )  # fmt: skip


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def problem_solve(request, pk):
    """Say how a problem was solved."""
    problem = get_object_or_404(OpenProblem.objects.visible_to(request.user).select_related("customer"), pk=pk)
    customer = problem.customer
    return one_form(
        request, customer, ResultForm(request.POST or None, auto_id="problem_%s"),
        lambda result, by: parts.solve_problem(problem=problem, solution=result, by=by), title=problem.title, said=_("Solved."),
        back=customer.get_absolute_url(), lead=problem.detail, submit=_("Solved"), places=(_among_problems(request, customer),),
    )  # fmt: skip


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def follow_up_list(request):
    """What is to be done, by whom and by when."""
    listing = Listing(
        request,
        record="customers.followup",
        queryset=FollowUp.objects.visible_to(request.user).for_list(),
        filterset_class=FollowUpFilter,
        columns=FOLLOW_UP_COLUMNS,
        orderings=FOLLOW_UP_ORDERINGS,
        presets=(
            Preset("mine", _("My open follow-ups"), "mine=True&state=open"),
            Preset("overdue", _("Overdue"), "overdue=True"),
            Preset("verify", _("Files to confirm"), "kind=verify&mine=True&state=open"),
            Preset("open", _("All open"), "state=open"),
        ),
        empty=Empty(_("No follow-ups yet"), _("Open one from the page of a customer."), icon="clipboard-list"),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return _exported(request, listing)
    response = page(request, "customers/follow_up_list.html", {"listing": listing, "today": port_today()}, fragments=listing.fragments)
    tell_reminders_read(rows=listing.shown, by=request.user)
    return response


def _exported(request, listing: Listing):
    """The file of the list; whose reminders go out with it is written down."""
    response = export_response(request, listing, by=request.user)
    if request.user.has_perm(permissions.VIEW_PERSONAL):  # the others' list has none, and need not be asked
        tell_reminders_read(rows=listing.matching.of_personal_days().order_by(), by=request.user)
    return response


def visible_follow_up(request, pk: int) -> FollowUp:
    """With who opened and closed it; that a reminder of a person's day was read is written down."""
    rows = FollowUp.objects.visible_to(request.user).for_list().select_related("opened_by", "closed_by", "interaction")
    task = get_object_or_404(rows, pk=pk)
    tell_reminders_read(rows=[task], by=request.user)
    return task


@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def follow_up(request, pk):
    """One follow-up: what, why, and how it ended; who records contact closes it."""
    may_close = request.user.has_perm(permissions.RECORD_INTERACTION)
    if request.method == "POST" and not may_close:
        raise PermissionDenied
    task = visible_follow_up(request, pk)
    form = ResultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        state = "dropped" if "dropped" in request.POST else "done"
        followups.close_follow_up(follow_up=task, result=form.cleaned_data["result"], state=state, by=request.user)
        messages.success(request, _("The follow-up is closed."))
        return redirect(task.customer)
    context = {"task": task, "customer": task.customer, "form": form, "may_close": may_close, "today": port_today()}
    return page(request, "customers/follow_up.html", context)


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def follow_up_plan(request, pk):
    """Another day, another owner, another reminder."""
    task = visible_follow_up(request, pk)
    if task.state != FollowUpState.OPEN:
        raise PermissionDenied
    form, status = FollowUpPlanForm(request.POST or None, instance=task), 200
    if request.method == "POST":
        status = edited(form, lambda **edit: followups.edit_plan(follow_up=task, by=request.user, **edit))
        if status == 200:
            messages.success(request, _("The follow-up is changed."))
            return redirect("customers:follow_up", pk=pk)
    context = {"customer": task.customer, "form": form, "title": _("Change the follow-up"), "lead": task.title, "submit": _("Save"),
               "cancel_url": reverse("customers:follow_up", args=[pk])}  # fmt: skip
    return page(request, "customers/one_form.html", context, status=status)


@require_POST
@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def follow_up_close(request, pk):
    """Done, by one click at the side of the page."""
    task = get_object_or_404(FollowUp.objects.visible_to(request.user), pk=pk)
    followups.close_follow_up(follow_up=task, by=request.user)
    if not request.htmx:
        messages.success(request, _("The follow-up is closed."))
        return redirect("customers:customer", pk=task.customer_id)
    customer = visible_customer(request, task.customer_id)
    return _with_follow_ups(request, "customers/_open-follow-ups.html", {"customer": customer}, said=_("The follow-up is closed."))
