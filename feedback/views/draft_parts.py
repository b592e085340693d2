"""Sections, questions and answers of a draft: a page to add or edit each, a button to move or remove it; the question bank."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback import permissions
from feedback.enums import ItemKind
from feedback.forms.draft_question import QuestionForm
from feedback.forms.drafts import AnswerForm, AnswersForm, BankForm, ChosenForm, SectionForm
from feedback.models import Item, Section
from feedback.queries.drafts import questions_of
from feedback.queries.question_bank import SHOWN, bank, bank_of
from feedback.queries.questions import sections_of
from feedback.services.draft_answers import add_answers, edit_answer, move_answer, remove_answer
from feedback.services.draft_questions import add_question, edit_question, move_question, remove_question, take_over
from feedback.services.draft_sections import add_section, edit_section, move_section, remove_section
from feedback.views.draft_pages import answer_or_404, draft_or_404, fill_in, goes_up, press, question_or_404, section_or_404
from portcrm.pages.render import page

may_build = permission_required(permissions.CHANGE_QUESTIONNAIRE, raise_exception=True)
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@may_build
def section_create(request: HttpRequest, pk: int) -> HttpResponse:
    draft, form = draft_or_404(request, pk), SectionForm(request.POST or None)
    return fill_in(request, form, draft, lambda: add_section(draft=draft, fields=form.values, by=request.user), title=_("New section"))


@form_page
@may_build
def section_edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    section = section_or_404(request, pk, key)
    form = SectionForm(request.POST or None, instance=section)

    def save():
        edit_section(section=section, fields=form.changes(), seen=form.seen_values(), by=request.user)

    return fill_in(request, form, section.version, save, title=section.title, record="feedback.section", row=section)


@require_POST
@may_build
def section_move(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    section = section_or_404(request, pk, key)
    return press(request, section.version, lambda: move_section(section=section, up=goes_up(request), by=request.user), f"#section-{key}")


@require_POST
@may_build
def section_remove(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    section = section_or_404(request, pk, key)
    return press(request, section.version, lambda: remove_section(section=section, by=request.user))


@form_page
@may_build
def question_create(request: HttpRequest, pk: int, key: str, kind: str) -> HttpResponse:
    """A new question of that kind at the end of a section."""
    if kind not in ItemKind.values:
        raise Http404
    section = section_or_404(request, pk, key)
    draft = section.version
    form = QuestionForm(
        request.POST or None, instance=Item(version=draft, section=section, kind=kind), earlier=_earlier(section, None)
    )  # fmt: skip

    def save():
        add_question(section=section, kind=kind, fields=form.values, **form.further, by=request.user)

    return fill_in(request, form, draft, save, title=_("New question: %(kind)s") % {"kind": ItemKind(kind).label})


@form_page
@may_build
def question_edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    item = question_or_404(request, pk, key)
    form = QuestionForm(request.POST or None, instance=item, earlier=_earlier(item.section, item))

    def save():
        edit_question(item=item, fields=form.changes(), seen=form.seen_values(), beside=form.second_scale, by=request.user)

    title = _("%(kind)s: %(question)s") % {"kind": item.get_kind_display(), "question": item.named}
    return fill_in(request, form, item.version, save, title=title, record="feedback.item", row=item)


def _earlier(section: Section, item: Item | None) -> list[Item]:
    """What a condition of the question can rest on: all before it, without the other scale of its own pair."""
    sections = sections_of(section.version)
    if item is None:
        return questions_of(one for one in sections if one.position <= section.position)
    return [one for one in questions_of(sections) if one.position < item.position and not (item.about and one.about == item.about)]


@require_POST
@may_build
def question_move(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    item = question_or_404(request, pk, key)
    return press(request, item.version, lambda: move_question(item=item, up=goes_up(request), by=request.user), f"#question-{key}")


@require_POST
@may_build
def question_remove(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    item = question_or_404(request, pk, key)
    return press(request, item.version, lambda: remove_question(item=item, by=request.user))


@form_page
@may_build
def answers_add(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Further answers of a question, one a line."""
    item, form = question_or_404(request, pk, key), AnswersForm(request.POST or None)
    if not item.is_choice:
        raise Http404

    def save():
        add_answers(item=item, answers=form.cleaned_data["answers"], by=request.user)

    return fill_in(request, form, item.version, save, title=item.text)


@form_page
@may_build
def answer_edit(request: HttpRequest, pk: int, key: str, answer: str) -> HttpResponse:
    option = answer_or_404(request, pk, key, answer)
    form = AnswerForm(request.POST or None, instance=option)

    def save():
        edit_answer(option=option, fields=form.changes(), seen=form.seen_values(), by=request.user)

    return fill_in(request, form, option.item.version, save, title=option.text)


@require_POST
@may_build
def answer_move(request: HttpRequest, pk: int, key: str, answer: str) -> HttpResponse:
    option = answer_or_404(request, pk, key, answer)
    draft = option.item.version
    return press(request, draft, lambda: move_answer(option=option, up=goes_up(request), by=request.user), f"#question-{key}")


@require_POST
@may_build
def answer_remove(request: HttpRequest, pk: int, key: str, answer: str) -> HttpResponse:
    option = answer_or_404(request, pk, key, answer)
    return press(request, option.item.version, lambda: remove_answer(option=option, by=request.user), f"#question-{key}")


@form_page
@may_build
def question_bank(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Questions of published forms, to be ticked and taken over into a section."""
    section = section_or_404(request, pk, key)
    draft, search = section.version, BankForm(request.GET)
    chosen = ChosenForm(request.POST if request.method == "POST" else None, offered=bank_of(request.user, draft=draft))
    if chosen.is_valid():
        items = list(chosen.cleaned_data["items"])
        return press(request, draft, lambda: take_over(section=section, items=items, by=request.user), f"#section-{key}")
    found = bank(request.user, draft=draft, **search.wanted)
    context = {"section": section, "questionnaire": draft.questionnaire, "search": search, "chosen": chosen}
    context |= {"found": found[:SHOWN], "has_more": len(found) > SHOWN}
    return page(request, "feedback/question_bank.html", context, status=422 if chosen.errors else 200)
