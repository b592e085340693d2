"""Data about a person: why they are kept, days to remember, all of it as a file, and erasing it."""

import json

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers import permissions
from customers.enums import KeptData
from customers.forms.persons import ContactDateForm, DataBasisForm, EraseForm
from customers.models import Contact, ContactDate, DataBasis
from customers.queries.files_of_person import files_to_decide_on
from customers.queries.named_files import files_to_look_at
from customers.queries.person import companies_of
from customers.services import personal
from customers.services.erasing import all_we_hold, erase_person
from customers.services.forgetting import person_of
from customers.views.contacts import contact_context, profile_now, profile_page, visible_contact, with_history
from customers.views.in_place import Place, one_form
from portcrm.clock import now, port_date
from portcrm.pages.render import page

MOST_FILES = 50


def _only_recorders(request, covers: str) -> None:
    """The ground for a profile is recorded by those who may record the profile."""
    if covers == KeptData.PROFILE and not request.user.has_perm(permissions.RECORD_PERSONAL):
        raise PermissionDenied


def _among_bases(request, person: Contact) -> tuple[Place, ...]:
    """The card that says why data are kept, and the profile that waits for a ground."""
    may_read, kept_before = request.user.has_perm(permissions.VIEW_PERSONAL), personal.has_basis(person)

    def in_the_card():
        # What is being typed in an open profile stays while it may be kept as before.
        fold = may_read and personal.has_basis(person) != kept_before
        context = contact_context(request, person) | {"fold_profile": fold}
        return with_history(page(request, "customers/basis_saved.html", context))

    def in_the_profile():
        response = profile_page(request, person)
        response["HX-Trigger"] = json.dumps({"contact-saved": True, "basis-recorded": True})  # where the page has a card of them
        return response

    card = Place("bases", person.get_absolute_url(), in_the_card)
    if not may_read:
        return (card,)
    return card, Place("profile", reverse("customers:profile", args=[person.pk]), in_the_profile)


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def basis_record(request, pk):
    """Say on which legal basis data about the person are kept."""
    person = visible_contact(request, pk)
    may_record = request.user.has_perm(permissions.RECORD_PERSONAL)
    return one_form(
        request, person.customer, DataBasisForm(request.POST or None, may_record_profile=may_record, auto_id="basis_%s"),
        lambda **given: personal.record_basis(contact=person, **given),
        title=_("Record a legal basis"), said=_("Saved."), back=person.get_absolute_url(), places=_among_bases(request, person),
        lead=_("On which ground of the law, for what and since when data about %(name)s are kept.") % {"name": person.label},
    )  # fmt: skip


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def basis_withdraw(request, pk):
    """The ground has fallen away; with the last one for a profile the profile goes."""
    basis = get_object_or_404(DataBasis.objects.visible_to(request.user).in_force().select_related("contact__customer"), pk=pk)
    person = basis.contact
    _only_recorders(request, basis.covers)
    lead = _("On which ground data about %(name)s were kept is told as withdrawn.") % {"name": person.label}
    if basis.covers == KeptData.PROFILE:
        lead = _("Where this is the last legal basis for the profile of %(name)s, the profile is deleted with its history, for good.") % {
            "name": person.label
        }
    return one_form(
        request, person.customer, forms.Form(request.POST or None), lambda by: personal.withdraw_basis(basis=basis, by=by),
        title=_("Withdraw a legal basis"), said=_("Withdrawn."), back=person.get_absolute_url(), lead=lead,
        places=_among_bases(request, person)[:1],
    )  # fmt: skip


@permission_required(permissions.RECORD_PERSONAL, raise_exception=True)
def date_add(request, pk):
    """Keep a day of the person worth remembering."""
    person = visible_contact(request, pk)
    days = Place("days", reverse("customers:profile", args=[pk]), lambda: profile_page(request, person))
    return one_form(
        request, person.customer, ContactDateForm(request.POST or None, auto_id="day_%s"),
        lambda **given: personal.add_date(contact=person, **given), places=(days,),
        title=_("Add a day to remember"), said=_("Noted."), back=person.get_absolute_url(),
        lead=_("The account manager is reminded some days before. Other roles do not see which day it is."),
    )  # fmt: skip


@require_POST
@permission_required(permissions.RECORD_PERSONAL, raise_exception=True)
def date_remove(request, pk):
    """Keep the day no longer."""
    date = get_object_or_404(ContactDate.objects.visible_to(request.user).select_related("contact__customer"), pk=pk)
    person = date.contact
    personal.remove_date(date=date, by=request.user)
    return profile_now(request, person, _("Removed."))


@require_POST
@permission_required(permissions.HAND_OUT_PERSONAL, raise_exception=True)
def person_file(request, pk):
    """All we hold about the person, made for this one answer and kept nowhere."""
    person = visible_contact(request, pk)
    moment = now()
    packed = all_we_hold(contact=person, at=moment, by=request.user)
    response = HttpResponse(packed, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slugify(f"person-{person.pk}-{port_date(moment):%Y-%m-%d}")}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@permission_required(permissions.ERASE_PERSON, raise_exception=True)
def contact_erase(request, pk):
    """What is erased and what stays; with a reason and a tick it happens, for good."""
    person = visible_contact(request, pk)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erased = erase_person(contact=person, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The data about this person are erased."))
        return redirect(erased)
    context = {"contact": person, "customer": person.customer, "form": form, "cancel_url": person.get_absolute_url()}
    named = person_of(person)
    context["file_groups"] = files_to_decide_on(person, named.words, request.user)
    besides = [one.attachment.pk for group in context["file_groups"] for one in group.files]
    context["files"], context["more_files"] = files_to_look_at(named, companies_of(person), request.user, MOST_FILES, besides)
    return page(request, "customers/contact_erase.html", context, status=422 if form.errors else 200)
