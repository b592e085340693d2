"""Contacts of a customer, and the profile of persons in charge behind its own permission."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.forms.contacts import ConsentForm, ContactForm, ObservationForm
from customers.models import Contact, ContactDate, Customer, Observation
from customers.models.contact import CONTACT_FIELDS
from customers.queries.facts import facts_of
from customers.queries.person import career_of, people_of
from customers.queries.record import CustomerOverview
from customers.services import contacts, personal
from customers.views.customer import seen_version, visible_customer
from customers.views.in_place import Place, asked_from, stored
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page, toast


def visible_contact(request, pk: int) -> Contact:
    related = ("customer", "channel", "recorded_by", "verified_by", "successor")
    return get_object_or_404(Contact.objects.visible_to(request.user).select_related(*related), pk=pk)


@require_safe
@permission_required(permissions.VIEW_CONTACT, raise_exception=True)
def contacts_tab(request, pk):
    """Everybody who works for this customer, also beside another company, and apart from them those who did."""
    return page(request, "customers/contacts_tab.html", everybody(request, visible_customer(request, pk)), fragments=("new-contact",))


def everybody(request, customer: Customer) -> dict:
    """Who works for the customer and who did, and whether this user may add somebody."""
    here, gone = people_of(request.user, customer)
    may_edit = request.user.has_perm(permissions.CHANGE_CUSTOMER)
    return {"customer": customer, "contacts": [*here, *gone], "here": here, "gone": gone, "may_edit": may_edit}


def _among_people(request, customer: Customer) -> tuple[Place, Place]:
    """Above everybody on the tab, and at the side of the customer's page."""

    def on_the_tab():
        return page(request, "customers/contact_added.html", everybody(request, customer) | {"saved": True})

    def at_the_side():
        overview = CustomerOverview(customer, user=request.user, today=port_today())
        return page(request, "customers/_people.html", {"customer": customer, "overview": overview, "may_edit": True})

    tab = reverse("customers:contacts_tab", args=[customer.pk])
    return Place("new-contact", tab, on_the_tab), Place("people", customer.get_absolute_url(), at_the_side)


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def contact_create(request, pk):
    """Add a contact to a customer."""
    customer, status = visible_customer(request, pk), 200
    places, back = _among_people(request, customer), f"{customer.get_absolute_url()}?tab=contacts"
    # On one page with forms of the customer, who has a telephone and a source too.
    form, place = ContactForm(request.POST or None, user=request.user, auto_id="contact_%s"), asked_from(request, places)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                contact = contacts.add_contact(customer=customer, by=request.user, **form.values)
            except RuleBroken as refusal:
                status = form.refuse(refusal)
            else:
                return stored(request, place, said=_("%(name)s is added.") % {"name": contact.label}, back=back)
    context = {"form": form, "customer": customer, "cancel_url": back, "place": place, "title": _("Add a contact"), "submit": _("Save")}
    return page(request, "customers/contact_form.html", context, fragments=("new-contact", "people"), status=status)


def contact_context(request, person: Contact, consent_form: ConsentForm | None = None) -> dict:
    """What the page of a contact shows and what this user may do there."""
    may = request.user.has_perm
    return {
        "contact": person, "customer": person.customer, "facts": facts_of(person, CONTACT_FIELDS),
        "consent_form": consent_form or ConsentForm(),
        "may_edit": may(permissions.CHANGE_CUSTOMER) and not person.erased_on,
        "may_verify": may(permissions.CHANGE_CUSTOMER) and person.left_on is None, "may_read_profile": may(permissions.VIEW_PERSONAL),
        "career": career_of(request.user, person), "bases": person.bases.visible_to(request.user).select_related("recorded_by"),
        "may_record": may(permissions.RECORD_PERSONAL), "may_hand_out": may(permissions.HAND_OUT_PERSONAL),
        "may_erase": may(permissions.ERASE_PERSON),
    }  # fmt: skip


@require_safe
@permission_required(permissions.VIEW_CONTACT, raise_exception=True)
def contact(request, pk):
    """One contact: how to reach the person, consent, and, behind a click that is logged, the profile."""
    return contact_page(request, visible_contact(request, pk))


def contact_page(request, person: Contact, consent_form: ConsentForm | None = None, status: int = 200):
    """The page of a contact, or the card of it that is asked for."""
    context = contact_context(request, person, consent_form)
    return page(request, "customers/contact.html", context, fragments=("contact", "consent", "bases"), status=status)


def with_history(response):
    """The history below the cards fetches itself again."""
    response["HX-Trigger"] = json.dumps({"contact-saved": True})
    return response


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def contact_edit(request, pk):
    """Edit how to reach somebody, in place or on a page of its own; a clash with another editor is shown field by field."""
    person = visible_contact(request, pk)
    form = ContactForm(request.POST or None, instance=person, user=request.user)
    status = 200
    if request.method == "POST":
        status = save_contact(form, person, request.user)
        if status == 200:
            return _contact_saved(request, pk)
    context = {"form": form, "contact": person, "customer": person.customer, "cancel_url": person.get_absolute_url()}
    template = "customers/_contact-form.html" if request.htmx else "customers/contact_form.html"
    return page(request, template, context, status=status)


def save_contact(form: ContactForm, person: Contact, user) -> int:
    """Hand the changes to the service; answers with the status of the page that follows."""
    if not form.is_valid():
        return 422
    try:
        contacts.edit_contact(contact=person, changes=form.changes(), seen=form.seen_values(), by=user)
    except RuleBroken as refusal:
        return form.refuse(refusal)
    return 200


def _contact_saved(request, pk: int):
    person = visible_contact(request, pk)
    said = _("%(name)s is saved.") % {"name": person.label}
    if not request.htmx:
        messages.success(request, said)
        return redirect("customers:contact", pk=pk)
    return toast(with_history(page(request, "customers/contact_saved.html", contact_context(request, person) | {"saved": True})), said)


@require_POST
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def contact_change(request, pk, change):
    """Still as it is told here, left, agreed to be written to, or withdrew the agreement."""
    person = visible_contact(request, pk)
    if change == "left":
        contacts.contact_left(contact=person, by=request.user)
    elif change == "verify":
        contacts.verify_contact(contact=person, version=seen_version(request), by=request.user)
    elif change == "withdraw":
        contacts.withdraw_consent(contact=person, by=request.user)
    else:
        form = ConsentForm(request.POST)
        if not form.is_valid():
            return contact_page(request, person, form, status=422)
        contacts.give_consent(contact=person, source=form.cleaned_data["source"], by=request.user)
    if request.htmx:
        return toast(with_history(contact_page(request, visible_contact(request, pk))), _("Saved."))
    messages.success(request, _("Saved."))
    return redirect("customers:contact", pk=pk)


def profile_context(request, person: Contact, form: ObservationForm) -> dict:
    """What the profile shows; reading it is written down."""
    may_record = request.user.has_perm(permissions.RECORD_PERSONAL) and not person.erased_on
    has_basis = personal.has_basis(person)
    return {
        "contact": person, "customer": person.customer, "observations": personal.read_profile(contact=person, by=request.user),
        "dates": ContactDate.objects.visible_to(request.user).filter(contact=person), "may_record": may_record, "has_basis": has_basis,
        "form": form if may_record and has_basis else None,
    }  # fmt: skip


def profile_page(request, person: Contact):
    """The profile, or the part of it that is asked for; this look is written down whichever it is."""
    context = profile_context(request, person, ObservationForm())
    return page(request, "customers/profile.html", context, fragments=("profile", "observations", "days"))


def profile_now(request, person: Contact, said: str):
    """The profile after a change, in place or as its page."""
    if not request.htmx:
        messages.success(request, said)
        return redirect("customers:profile", pk=person.pk)
    return toast(profile_page(request, person), said)


@require_safe
@permission_required(permissions.VIEW_PERSONAL, raise_exception=True)
def profile(request, pk):
    """What is noted of a person in charge; this look is written down."""
    return profile_page(request, visible_contact(request, pk))


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
            return profile_now(request, person, _("Noted."))
    return page(request, "customers/profile.html", profile_context(request, person, form), fragments=("profile",), status=422)


@require_POST
@permission_required(permissions.RECORD_PERSONAL, raise_exception=True)
def observation_withdraw(request, pk):
    """Take an observation out of the profile."""
    observation = get_object_or_404(Observation.objects.visible_to(request.user).select_related("contact__customer"), pk=pk)
    person = observation.contact
    personal.withdraw_observation(observation=observation, by=request.user)
    return profile_now(request, person, _("Withdrawn."))
