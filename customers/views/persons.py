"""For whom a person works: a second company, the end of it, the move to another one."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from customers import permissions
from customers.forms.persons import EmploymentForm, EndForm, MoveForm
from customers.models import Employment
from customers.services import employments
from customers.views.contacts import visible_contact
from customers.views.in_place import one_form


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def employment_add(request, pk):
    """Another company the person works for."""
    person = visible_contact(request, pk)
    return one_form(
        request, person.customer, EmploymentForm(request.POST or None, user=request.user),
        lambda **given: employments.add_employment(contact=person, **given),
        title=_("Add a company"), said=_("Saved."), back=person.get_absolute_url(),
        lead=_("%(name)s works for this company as well and is shown among its contacts.") % {"name": person.label},
    )  # fmt: skip


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def employment_end(request, pk):
    """The person works there no longer."""
    rows = Employment.objects.visible_to(request.user).current().select_related("contact__customer", "customer")
    employment = get_object_or_404(rows, pk=pk)
    return one_form(
        request, employment.contact.customer, EndForm(request.POST or None),
        lambda **given: employments.end_employment(employment=employment, **given),
        title=_("End an employment"), said=_("Saved."), back=employment.contact.get_absolute_url(),
        lead=_("%(name)s no longer works for %(customer)s.") % {"name": employment.contact.label, "customer": employment.customer.label},
    )  # fmt: skip


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def contact_move(request, pk):
    """The person has gone to another company."""
    person = visible_contact(request, pk)
    return one_form(
        request, person.customer, MoveForm(request.POST or None, user=request.user),
        lambda **given: employments.move_contact(contact=person, **given),
        title=_("Move to another company"), said=_("%(name)s is with the new company.") % {"name": person.label},
        back=person.get_absolute_url(),
        lead=_("The time at %(customer)s stays on record. Agreement to be written to and open invitations stay as they are.")
        % {"customer": person.customer.label},
    )  # fmt: skip
