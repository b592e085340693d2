"""The people page of the administrator: who works here, with which roles."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portcrm.accounts.columns import PEOPLE, PEOPLE_ORDERINGS
from portcrm.accounts.filters import PersonFilter
from portcrm.accounts.forms.people import NewPersonForm, PersonForm
from portcrm.accounts.leaving import left_behind_by
from portcrm.accounts.links import password_link
from portcrm.accounts.mails import send_invitation
from portcrm.accounts.models import User
from portcrm.accounts.permissions import MANAGE_PEOPLE, SEE_PEOPLE
from portcrm.accounts.roles import all_permissions
from portcrm.accounts.services import close_account, create_user, edit_user, reopen_account
from portcrm.errors import RuleBroken
from portcrm.pages.lists import Listing
from portcrm.pages.render import page


def _people(request):
    return User.objects.visible_to(request.user).for_list()


def _show(request, person: User, **more):
    allowed = [one.label for name, one in all_permissions().items() if person.has_perm(name)]
    return page(request, "accounts/person.html", {"person": person, "allowed": allowed, "left_behind": left_behind_by(person), **more})


@require_safe
@permission_required(SEE_PEOPLE, raise_exception=True)
def people(request):
    """Everybody with an account, the closed ones too."""
    listing = Listing(
        request,
        record="accounts.user",
        queryset=_people(request),
        filterset_class=PersonFilter,
        columns=PEOPLE,
        orderings=PEOPLE_ORDERINGS,
    )
    return page(request, "accounts/people.html", {"listing": listing}, fragments=listing.fragments)


@permission_required(MANAGE_PEOPLE, raise_exception=True)
def person_create(request):
    """Add a colleague; they get a link by mail to choose their password."""
    form = NewPersonForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            person = create_user(by=request.user, **form.values)
        except RuleBroken as broken:
            form.add_error(broken.field or None, str(broken.message))
        else:
            send_invitation(person=person, by=request.user)
            messages.success(request, _("Added. The invitation is on its way by mail."))
            return redirect("accounts:person", pk=person.pk)
    return page(request, "accounts/person_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@never_cache
@permission_required(SEE_PEOPLE, raise_exception=True)
def person(request, pk: int):
    """One colleague: what they may do, and what became of their account."""
    person = get_object_or_404(_people(request), pk=pk)
    return _show(request, person)


@permission_required(MANAGE_PEOPLE, raise_exception=True)
def person_edit(request, pk: int):
    """Change names, log-in, department and roles."""
    person = get_object_or_404(_people(request), pk=pk)
    form = PersonForm(request.POST or None, instance=person, user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_user(person=person, seen=form.seen_values(), by=request.user, **form.changes())
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:person", pk=pk)
    return page(request, "accounts/person_form.html", {"form": form, "person": person}, status=status)


@require_POST
@permission_required(MANAGE_PEOPLE, raise_exception=True)
def person_invite(request, pk: int):
    """Mail the link again, and show it once for handing over by another way."""
    person = get_object_or_404(_people(request).active(), pk=pk)
    send_invitation(person=person, by=request.user)
    return _show(request, person, link=password_link(person))


@require_POST
@permission_required(MANAGE_PEOPLE, raise_exception=True)
def person_close(request, pk: int):
    """End somebody's access."""
    close_account(person=get_object_or_404(_people(request), pk=pk), by=request.user)
    messages.success(request, _("The account is closed. What this person did stays in the records."))
    return redirect("accounts:person", pk=pk)


@require_POST
@permission_required(MANAGE_PEOPLE, raise_exception=True)
def person_reopen(request, pk: int):
    """Let somebody back in."""
    reopen_account(person=get_object_or_404(_people(request), pk=pk), by=request.user)
    messages.success(request, _("The account is open again."))
    return redirect("accounts:person", pk=pk)
