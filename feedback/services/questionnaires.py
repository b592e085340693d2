"""Questionnaires: loading the shipped one."""

import datetime as dt

from django.db import transaction

from feedback.models import Item, Questionnaire, QuestionnaireVersion, Section
from feedback.services.shipped_form import SHIPPED, ShippedForm


@transaction.atomic
def load_shipped_questionnaire(*, on: dt.date, form: ShippedForm = SHIPPED) -> QuestionnaireVersion:
    """Load the shipped form as version 1 and return it; one that is already there stays as it is."""
    questionnaire, _made = Questionnaire.objects.get_or_create(key=form.key, defaults={"name_zh": form.name[0], "name_en": form.name[1]})
    version, made = QuestionnaireVersion.objects.get_or_create(
        questionnaire=questionnaire, number=1, defaults={"published_on": on, "minutes": form.minutes}
    )
    if made:
        _write_sections(version, form)
    return version


def _write_sections(version: QuestionnaireVersion, form: ShippedForm) -> None:
    items = []
    for page, shipped in enumerate(form.sections, start=1):
        section = Section.objects.create(
            version=version,
            key=shipped.key,
            position=page,
            title_zh=shipped.title[0],
            title_en=shipped.title[1],
            lead_zh=shipped.lead[0],
            lead_en=shipped.lead[1],
        )
        items += [{"section": section, "key": key, "text_zh": zh, "text_en": en} | further for key, zh, en, further in shipped.items]
    Item.objects.bulk_create(Item(version=version, position=position, **fields) for position, fields in enumerate(items, start=1))
