"""Suggestions for staff: the list, the page, recording and correcting, and the steps."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Channel, Customer
from feedback import columns, permissions
from feedback.filters import SuggestionFilter
from feedback.forms.suggestion import AdoptForm, ConsiderForm, DeclineForm, PublishForm, SuggestionForm
from feedback.models import HeardOpinion, Response, Suggestion
from feedback.queries.complaints import mails_about
from feedback.queries.said_and_done import credit_of, latest_published
from feedback.queries.told_words import tell_voices, tell_words
from feedback.services.asked_suggestions import CONFIDENTIAL, UNSIGNED
from feedback.services.heard import CHANNEL
from feedback.services.links import suggestion_url
from feedback.services.suggestions import edit_suggestion, record_suggestion
from feedback.views.heard import asked_key, taken_over
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

RELATED = ("customer", "contact", "channel", "owner", "decided_by", "published_by", "recorded_by", "response__wave", "heard")
SHOWN = 50


@require_safe
@permission_required(permissions.VIEW_SUGGESTION, raise_exception=True)
def suggestion_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.suggestion",
        queryset=Suggestion.objects.visible_to(request.user).for_list(),
        filterset_class=SuggestionFilter,
        columns=columns.SUGGESTION_COLUMNS,
        orderings=columns.SUGGESTION_ORDERINGS,
        empty=Empty(
            _("No suggestions"), _("Customers suggest on the public page; you record what you hear."),
            _("Record a suggestion"),
            reverse("feedback:suggestion_create") if request.user.has_perm(permissions.ADD_SUGGESTION) else "", "star",
        ),
        presets=(
            Preset("open", _("Not decided yet"), "open=true"),
            Preset("mine", _("Mine"), f"owner={request.user.pk}&open=true"),
            Preset("ownerless", _("Without an owner"), "ownerless=true"),
            Preset("unpublished", _("Adopted, not published"), "state=adopted&published=false"),
        ),
        export_permission=permissions.VIEW_SUGGESTION,
        prepare=tell_voices if "export" in request.GET else None,
    )  # fmt: skip
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/suggestions.html", {"listing": listing}, fragments=Listing.fragments)


@require_safe
@permission_required(permissions.VIEW_SUGGESTION, raise_exception=True)
def said_and_done(request: HttpRequest) -> HttpResponse:
    """What others read at this moment, as they read it."""
    return page(request, "feedback/said_and_done.html", {"said_and_done": latest_published(SHOWN)})


def find_suggestion(request: HttpRequest, pk: int) -> Suggestion:
    return get_object_or_404(Suggestion.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def suggestion_context(suggestion: Suggestion, **forms) -> dict:
    """What the page shows; `forms` replaces empty forms by those just refused."""
    return {
        "suggestion": suggestion,
        "mails": mails_about("feedback.suggestion", suggestion.pk),
        "credit": credit_of(suggestion),
        "public_url": suggestion_url(suggestion.public_id),
        "consider_form": ConsiderForm(suggestion=suggestion),
        "adopt_form": AdoptForm(suggestion=suggestion),
        "decline_form": DeclineForm(suggestion=suggestion),
        "publish_form": PublishForm(suggestion=suggestion),
    } | forms


@require_safe
@permission_required(permissions.VIEW_SUGGESTION, raise_exception=True)
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, "feedback/suggestion.html", suggestion_context(find_suggestion(request, pk)), fragments=("suggestion",))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ADD_SUGGESTION, raise_exception=True)
def suggestion_create(request: HttpRequest) -> HttpResponse:
    """Record what a customer suggests; ?customer=, ?response= (a comment) or ?heard= begins the form."""
    source = _source(request)
    form = SuggestionForm(request.POST or None, initial=_beginning(request, source), user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            recorded = _record(request, form.values, source)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Recorded as %(number)s.") % {"number": recorded.number})
            return redirect("feedback:suggestion", pk=recorded.pk)
    context = {"form": form, "title": _("Record a suggestion"), "cancel_url": reverse("feedback:suggestion_list")}
    return page(request, "feedback/suggestion_form.html", context, status=status)


def _source(request: HttpRequest) -> Response | HeardOpinion | None:
    """The answer or the opinion it is made of."""
    if asked := asked_key(request, "response"):
        found = Response.objects.visible_to(request.user).with_senders(request.user).filter(pk=asked).first()
        tell_words([found] if found else [], request.user)
        return found
    asked = asked_key(request, "heard")
    return HeardOpinion.objects.visible_to(request.user).filter(pk=asked).first() if asked else None


def _beginning(request: HttpRequest, source: Response | HeardOpinion | None) -> dict:
    if isinstance(source, HeardOpinion):
        return {"text": source.text} | taken_over(source)
    if source is not None and not source.wave.is_named:
        return {"text": source.told_comment, "company_name": UNSIGNED if source.wave.is_anonymous else CONFIDENTIAL}
    if source is not None:
        return {"text": source.told_comment, "customer": source.customer_id, "contact": source.contact_id, "channel": source.channel_id}
    asked = asked_key(request, "customer")
    customer = Customer.objects.visible_to(request.user).filter(pk=asked).first() if asked else None
    heard = Channel.objects.filter(key=CHANNEL).first()
    return {"channel": heard} | ({"customer": customer.pk} if customer else {})


def _record(request: HttpRequest, cleaned: dict, source: Response | HeardOpinion | None) -> Suggestion:
    form_key = cleaned.pop("form_key", None) or uuid.uuid4()
    contact = cleaned.get("contact")
    of_answer = isinstance(source, Response)
    language = contact.language if contact else source.language if of_answer else get_language()
    told = {"response" if of_answer else "heard": source}
    return record_suggestion(**cleaned, **told, language=language, form_key=form_key, at=now(), by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.CHANGE_SUGGESTION, raise_exception=True)
def suggestion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_suggestion(request, pk)
    form = SuggestionForm(request.POST or None, instance=found, user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_suggestion(suggestion=found, changes=form.changes(), seen=form.seen_values(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:suggestion", pk=pk)
    context = {"form": form, "title": found.number, "cancel_url": found.get_absolute_url()}
    return page(request, "feedback/suggestion_form.html", context, status=status)
