"""The customer judges our answer on the page of the case. Only a press of a button says anything; opening a link never does."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_http_methods

from feedback.forms.complaint_word import WordForm
from feedback.services.customers_word import take_word
from feedback.services.links import find_complaint
from feedback.views.door import address_of, asked_language, notice, public_form, public_page
from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.limits import within_limit


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_word(request: HttpRequest, token: str) -> HttpResponse:
    found = find_complaint(token)
    if found is None:
        known = within_limit("unknown-link", address_of(request), settings.UNKNOWN_LINKS_AN_HOUR)
        return notice(request, "invalid", status=404 if known else 429)
    if request.method != "POST":
        return redirect("opinion:complaint_status", token=token)
    with translation.override(asked_language(request) or found.language):
        form = WordForm(request.POST)
        if not form.is_valid():
            return public_page("complaint_word", {"form": form, "complaint": found, "token": token}, status=422)
        settled, text = form.cleaned_data["settled"] == "yes", form.cleaned_data["text"]
        take_word(complaint=found, settled=settled, text="" if settled else text, at=now(), by=system_user())
    return redirect("opinion:complaint_status", token=token)
