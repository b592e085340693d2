"""Load version 2 of the yearly panel, which asks how much each dimension matters, as it was when this was written."""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import migrations

FORMS = Path(__file__).resolve().parent / "frozen" / "panel_with_weights.json"
OF_A_VERSION = ("minutes", "purpose_zh", "purpose_en")


def load(apps, schema_editor):
    """A version 2 that was built here stays as it is, and so does a draft: it would be published unseen."""
    today = dt.datetime.now(ZoneInfo(settings.PORT_TIME_ZONE)).date()
    questionnaires, versions = (apps.get_model("feedback", name).objects for name in ("Questionnaire", "QuestionnaireVersion"))
    for form in json.loads(FORMS.read_text(encoding="utf-8")):
        names = {name: form[name] for name in ("name_zh", "name_en", "respondents")}
        questionnaire, _made = questionnaires.get_or_create(key=form["key"], defaults=names)
        fields = {name: form[name] for name in OF_A_VERSION} | {"published_on": today}
        version, made = versions.get_or_create(questionnaire=questionnaire, number=form["number"], defaults=fields)
        if made:
            _load_pages(apps, version, form["sections"])


def _load_pages(apps, version, pages):
    section, item, option = (apps.get_model("feedback", name).objects for name in ("Section", "Item", "ItemOption"))
    place = 0
    for number, page in enumerate(pages, start=1):
        titles = {name: value for name, value in page.items() if name != "items"}
        topic = section.create(version=version, position=number, **titles)
        for one in page["items"]:
            place += 1
            fields = {name: value for name, value in one.items() if name != "options"}
            question = item.create(version=version, section=topic, position=place, **fields)
            for rank, offered in enumerate(one.get("options", ()), start=1):
                option.create(item=question, position=rank, **offered)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0052_points_shared_out")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
