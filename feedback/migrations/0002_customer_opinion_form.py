"""Load the shipped customer opinion form, as it was when this migration was written."""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations

FORM = Path(__file__).resolve().parent / "frozen" / "customer_opinion_form.json"


def load(apps, schema_editor):
    questionnaire, version, section, item = (
        apps.get_model("feedback", name) for name in ("Questionnaire", "QuestionnaireVersion", "Section", "Item")
    )
    form = json.loads(FORM.read_text(encoding="utf-8"))
    names = {"name_zh": form["name_zh"], "name_en": form["name_en"]}
    opinions, _made = questionnaire.objects.get_or_create(key=form["key"], defaults=names)
    published = {"published_on": dt.datetime.now(ZoneInfo(settings.PORT_TIME_ZONE)).date(), "minutes": form["minutes"]}
    first, made = version.objects.get_or_create(questionnaire=opinions, number=1, defaults=published)
    if not made:
        return
    items = []
    for page, fields in enumerate(form["sections"], start=1):
        asked = fields.pop("items")
        topic = section.objects.create(version=first, position=page, **fields)
        items += [{"section": topic} | one for one in asked]
    item.objects.bulk_create(item(version=first, position=place, **fields) for place, fields in enumerate(items, start=1))


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_first")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
