"""What the pages of the builder share: finding a draft and its parts, drawing a form, pressing a button."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from feedback.enums import ItemKind
from feedback.models import Item, ItemOption, QuestionnaireVersion, Section
from feedback.queries.drafts import drafts_of, faults_of
from feedback.queries.questions import rows_of, sections_of
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


def draft_or_404(request: HttpRequest, pk: int) -> QuestionnaireVersion:
    """The draft of the questionnaire `pk`."""
    return get_object_or_404(drafts_of(request.user), questionnaire=pk)


def section_or_404(request: HttpRequest, pk: int, key: str) -> Section:
    return get_object_or_404(Section.objects.filter(version__in=drafts_of(request.user), version__questionnaire=pk), key=key)


def question_or_404(request: HttpRequest, pk: int, key: str) -> Item:
    return get_object_or_404(Item.objects.filter(version__in=drafts_of(request.user), version__questionnaire=pk), key=key)


def answer_or_404(request: HttpRequest, pk: int, key: str, answer: str) -> ItemOption:
    return get_object_or_404(question_or_404(request, pk, key).options.select_related("item__version"), key=answer)


def draw_draft(request: HttpRequest, draft: QuestionnaireVersion, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The page of a draft: its pages with their rows, and what is still missing."""
    sections = sections_of(draft)
    for section in sections:
        section.rows = rows_of(section)
    context = {"draft": draft, "questionnaire": draft.questionnaire, "sections": sections, "kinds": ItemKind.choices}
    context |= {"faults": faults_of(draft), "refusal": refusal}
    return page(request, "feedback/draft.html", context, status=status)


def press(request: HttpRequest, draft: QuestionnaireVersion, do: Callable[[], object], anchor: str = "") -> HttpResponse:
    """Do what a button of the draft's page says and show the page again, with the reason where a rule forbids it."""
    try:
        do()
    except RuleBroken as refusal:
        current = drafts_of(request.user).filter(pk=draft.pk).first()
        if current is None:
            raise
        return draw_draft(request, current, refusal=refusal.message, status=409)
    return redirect(back_to(draft) + anchor)


def fill_in(request: HttpRequest, form, draft: QuestionnaireVersion, save: Callable[[], object], *, title: str, **context) -> HttpResponse:
    """Draw a form of the builder; what a POST sends is saved and leads back to the draft."""
    status, back = 422 if form.errors else 200, back_to(draft)
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            return redirect(back)  # the draft shows it; a message would cover the buttons of a phone
    context |= {"form": form, "title": title, "cancel_url": back, "questionnaire": draft.questionnaire}
    return page(request, "feedback/draft_form.html", context, status=status)


def back_to(draft: QuestionnaireVersion) -> str:
    return reverse("feedback:draft", args=[draft.questionnaire_id])


def goes_up(request: HttpRequest) -> bool:
    """Whether the button pressed says up; anything else is down."""
    return request.POST.get("go") == "up"
