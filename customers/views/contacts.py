"""Contacts of a customer, and the profile of persons in charge behind its own permission."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.forms.contacts import ConsentForm, ContactForm, ObservationForm
from customers.models import Contact, Observation
from customers.models.contact import CONTACT_FIELDS
from customers.queries.facts import facts_of
from customers.services import contacts, personal
from customers.views.customer import visible_customer
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


def visible_contact(request, pk: int) -> Contact:
    related = ("customer", "channel", "recorded_by", "verified_by")
    return get_object_or_404(Contact.objects.visible_to(request.user).select_related(*related), pk=pk)


@require_safe
@permission_required(permissions.VIEW_CONTACT, raise_exception=True)
def contacts_tab(request, pk):
    """Everybody we know at this customer; those who left stand last."""
    customer = visible_customer(request, pk)
    people = Contact.objects.visible_to(request.user).filter(customer=customer).order_by("-left_on", "-is_primary", "pk")
    here = sorted(people, key=lambda contact: contact.left_on is not None)
    context = {"customer": customer, "contacts": here, "may_edit": request.user.has_perm(permissions.CHANGE_CUSTOMER)}
    return page(request, "customers/contacts_tab.html", context)


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def contact_create(request, pk):
    """Add a contact to a customer."""
    customer = visible_customer(request, pk)
    form = ContactForm(request.POST or None, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                contact = contacts.add_contact(customer=customer, by=request.user, **form.values)
            except RuleBroken as refusal:
                status = form.refuse(refusal)
            else:
                messages.success(request, _("%(name)s is added.") % {"name": contact.label})
                return redirect(f"{customer.get_absolute_url()}?tab=contacts")
    context = {"form": form, "customer": customer, "cancel_url": f"{customer.get_absolute_url()}?tab=contacts"}
    return page(request, "customers/contact_form.html", context, status=status)


@require_safe
@permission_required(permissions.VIEW_CONTACT, raise_exception=True)
def contact(request, pk):
    """One contact: how to reach the person, consent, and, behind a click that is logged, the profile."""
    person = visible_contact(request, pk)
    user = request.user
    context = {
        "contact": person, "customer": person.customer, "facts": facts_of(person, CONTACT_FIELDS), "consent_form": ConsentForm(),
        "may_edit": user.has_perm(permissions.CHANGE_CUSTOMER), "may_read_profile": user.has_perm(permissions.VIEW_PERSONAL),
    }  # fmt: skip
    return page(request, "customers/contact.html", context)


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def contact_edit(request, pk):
    """Edit how to reach somebody; a clash with another editor is shown field by field."""
    person = visible_contact(request, pk)
    form = ContactForm(request.POST or None, instance=person, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                contacts.edit_contact(contact=person, changes=form.changes(), seen=form.seen_values(), by=request.user)
            except RuleBroken as refusal:
                status = form.refuse(refusal)
            else:
                messages.success(request, _("%(name)s is saved.") % {"name": person.label})
                return redirect("customers:contact", pk=pk)
    context = {"form": form, "contact": person, "customer": person.customer, "cancel_url": person.get_absolute_url()}
    return page(request, "customers/contact_form.html", context, status=status)


@require_POST
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def contact_change(request, pk, change):
    """Left, agreed to be written to, or withdrew the agreement."""
    person = visible_contact(request, pk)
    if change == "left":
        contacts.contact_left(contact=person, by=request.user)
    elif change == "withdraw":
        contacts.withdraw_consent(contact=person, by=request.user)
    else:
        form = ConsentForm(request.POST)
        source = form.cleaned_data["source"] if form.is_valid() else ""
        if not source:
            raise RuleBroken(_("Say how agreement was given."))
        contacts.give_consent(contact=person, source=source, by=request.user)
    messages.success(request, _("Saved."))
    return redirect("customers:contact", pk=pk)


@require_safe
@permission_required(permissions.VIEW_PERSONAL, raise_exception=True)
def profile(request, pk):
    """What is noted of a person in charge; this look is written down."""
    person = visible_contact(request, pk)
    context = {"contact": person, "customer": person.customer, "observations": personal.read_profile(contact=person, by=request.user)}
    may_record = request.user.has_perm(permissions.RECORD_PERSONAL)
    context |= {"may_record": may_record, "form": ObservationForm() if may_record else None}
    return page(request, "customers/profile.html", context, fragments=("profile",))


@require_POST
@permission_required(permissions.RECORD_PERSONAL, raise_exception=True)
def observation_create(request, pk):
    """Note something observed of a person in charge."""
    person = visible_contact(request, pk)
    form = ObservationForm(request.POST)
    if form.is_valid():
        try:
            personal.add_observation(contact=person, by=request.user, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(request, _("Noted."))
            return redirect("customers:profile", pk=pk)
    context = {"contact": person, "customer": person.customer, "form": form, "may_record": True}
    context["observations"] = personal.read_profile(contact=person, by=request.user)
    return page(request, "customers/profile.html", context, status=422)


@require_POST
@permission_required(permissions.RECORD_PERSONAL, raise_exception=True)
def observation_withdraw(request, pk):
    """Take an observation out of the profile."""
    observation = get_object_or_404(Observation.objects.visible_to(request.user).select_related("contact"), pk=pk)
    personal.withdraw_observation(observation=observation, by=request.user)
    messages.success(request, _("Withdrawn."))
    return redirect("customers:profile", pk=observation.contact_id)
