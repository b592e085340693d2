"""One form about a customer: a page of its own, or, opened by htmx, standing where what it changes stands."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from customers.models import Customer
from portcrm.errors import RuleBroken
from portcrm.pages.render import page, toast


@dataclass(frozen=True)
class Place:
    """An element of a page in which a form opens. Its template `_<element>.html` shows the form while `place` is given.

    `read` is the address that gives the element without the form, `stored` draws it after the change.
    """

    element: str
    read: str
    stored: Callable[[], HttpResponse]


def asked_from(request, places: tuple[Place, ...]) -> Place | None:
    """The place htmx fills with the answer; None where a page is wanted."""
    return next((place for place in places if request.htmx and request.htmx.target == place.element), None)


def stored(request, place: Place | None, *, said: str, back: str) -> HttpResponse:
    """Say that it is done: on the page as it stands, or on the one that follows."""
    if place:
        return toast(place.stored(), said)
    messages.success(request, said)
    return redirect(back)


def one_form(
    request, customer: Customer | None, form, do: Callable, *, title: str, said: str, back: str, lead: str = "", submit: str = "",
    places: tuple[Place, ...] = (),
):  # fmt: skip
    """Show a form; when it holds, call the service with its values, say so and go back. A broken rule is an error of the form."""
    place = asked_from(request, places)
    if request.method == "POST" and form.is_valid():
        try:
            do(**form.cleaned_data, by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return stored(request, place, said=said, back=back)
    context = {"customer": customer, "form": form, "title": title, "lead": lead, "submit": submit, "cancel_url": back, "place": place}
    fragments = tuple(one.element for one in places)
    return page(request, "customers/one_form.html", context, fragments=fragments, status=422 if form.errors else 200)
