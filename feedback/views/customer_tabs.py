"""What the opinion side shows on other pages: two tabs of a customer and two panels of the home page."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from customers.models import Customer
from feedback import permissions
from feedback.analysis.disclosure import is_indicative
from feedback.forms.heard import HeardForm
from feedback.models import Complaint, HeardOpinion, Response, Suggestion
from feedback.queries import complaints, waves
from feedback.queries.customer_complaints import complaints_of_customer
from feedback.queries.customer_waves import customer_waves, low_marks_of
from feedback.queries.rules import survey_rules
from feedback.queries.satisfaction import item_means, opinion_of
from feedback.queries.told_words import tell_words
from feedback.queries.typing_in import open_invitations
from portcrm.clock import now, port_today
from portcrm.pages.render import page

LATEST = 20


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def customer_opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's answers, newest first, with the score, the mean and each item's mean of all of them."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    responses = Response.objects.visible_to(request.user).sent_by(request.user, pk=customer.pk)
    opinion = opinion_of(responses)
    latest = list(responses.for_list(request.user)[:LATEST])
    tell_words(latest, request.user)
    context = {
        "customer": customer,
        "responses": latest,
        "opinion": opinion,
        "complained": complaints_of_customer(customer, request.user, today=port_today()),
        "indicative": is_indicative(opinion.answers, survey_rules().indicative_below),
        "items": item_means(responses),
        "waves": customer_waves(customer, request.user),
        "low_marks": low_marks_of(customer),
        "open_invitations": open_invitations(customer, request.user, at=now()),
        "suggestions": Suggestion.objects.visible_to(request.user).filter(customer=customer)[:LATEST],
        "heard": HeardOpinion.objects.visible_to(request.user).filter(customer=customer)[:LATEST],
        "heard_form": HeardForm(user=request.user, customer=customer) if request.user.has_perm(permissions.ADD_SUGGESTION) else None,
        "invited": customer.invitations.visible_to(request.user).count(),
    }
    return page(request, "feedback/customer_opinions.html", context)


@require_safe
@permission_required(permissions.VIEW_COMPLAINT, raise_exception=True)
def customer_complaints(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    found = Complaint.objects.visible_to(request.user).filter(customer=customer).for_list().order_by("-recorded_at", "-pk")
    context = {"customer": customer, "complaints": found[:LATEST], "total": found.count(), "today": port_today()}
    return page(request, "feedback/customer_complaints.html", context)


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def panel(request: HttpRequest) -> HttpResponse:
    """The latest counted wave and the complaints that wait, for the home page."""
    latest = waves.newest_counted(request.user)
    context = {
        "wave": latest,
        "result": latest.result if latest else None,
        "indicative": latest is not None and is_indicative(latest.result.responses, survey_rules().indicative_below),
        "complaints": complaints.counts_by_state(request.user, on=port_today()),
    }
    return page(request, "feedback/panel.html", context)


@require_safe
@permission_required((permissions.VIEW_COMPLAINT, permissions.CHANGE_COMPLAINT), raise_exception=True)
def complaint_panel(request: HttpRequest) -> HttpResponse:
    """What waits at the complaint desk, for the home page of those who lead it."""
    today = port_today()
    return page(request, "feedback/complaint_panel.html", {"load": complaints.desk_load(request.user, on=today), "today": today})
