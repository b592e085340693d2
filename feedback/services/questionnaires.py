"""Questionnaires: loading those that come with the product."""

import datetime as dt
from itertools import count

from django.db import transaction

from feedback.models import Item, ItemOption, Questionnaire, QuestionnaireVersion, Section
from feedback.services.shipped import SHIPPED, opinion
from feedback.services.shipped.pieces import ShippedForm


def load_shipped_questionnaires(*, on: dt.date) -> list[QuestionnaireVersion]:
    """Load every shipped form in every version; what is already there stays as it is."""
    return [load_shipped_questionnaire(on=on, form=form) for form in SHIPPED]


@transaction.atomic
def load_shipped_questionnaire(*, on: dt.date, form: ShippedForm = opinion.FIRST) -> QuestionnaireVersion:
    """Load one version of a shipped form and return it; one that is already there stays as it is."""
    names = {"name_zh": form.name[0], "name_en": form.name[1], "respondents": form.respondents}
    questionnaire, _made = Questionnaire.objects.get_or_create(key=form.key, defaults=names)
    words = {"purpose_zh": form.purpose[0], "purpose_en": form.purpose[1]}
    version, made = QuestionnaireVersion.objects.get_or_create(
        questionnaire=questionnaire, number=form.number, defaults={"published_on": on, "minutes": form.minutes} | words
    )
    if made:
        _write_sections(version, form)
    return version


def _write_sections(version: QuestionnaireVersion, form: ShippedForm) -> None:
    positions = count(1)
    for page, shipped in enumerate(form.sections, start=1):
        title = {"title_zh": shipped.title[0], "title_en": shipped.title[1]}
        lead = {"lead_zh": shipped.lead[0], "lead_en": shipped.lead[1]}
        section = Section.objects.create(version=version, key=shipped.key, position=page, **title, **lead)
        for key, zh, en, further in shipped.items:
            fields = {name: value for name, value in further.items() if name != "options"}
            words = {"key": key, "text_zh": zh, "text_en": en, "position": next(positions)}
            item = Item.objects.create(version=version, section=section, **words, **fields)
            _write_options(item, further.get("options", ()))


def _write_options(item: Item, options: tuple[tuple[str, str, str], ...]) -> None:
    ItemOption.objects.bulk_create(
        ItemOption(item=item, key=key, position=position, text_zh=zh, text_en=en) for position, (key, zh, en) in enumerate(options, start=1)
    )
