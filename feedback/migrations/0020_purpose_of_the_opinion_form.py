"""The customer opinion form says in its mails what it has said so far: the words stand with the version now."""

from django.db import migrations

PURPOSE = {
    "purpose_zh": "{port}希望了解{company}对我们的运输服务、信息服务和附加服务的意见。",
    "purpose_en": "{port} would like to hear what {company} thinks of its transport, information and added services.",
}


def give_words(apps, schema_editor):
    versions = apps.get_model("feedback", "QuestionnaireVersion").objects
    versions.filter(questionnaire__key="customer-opinion", purpose_zh="", purpose_en="").update(**PURPOSE)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0019_purpose_and_scale_of_satisfaction")]
    operations = [migrations.RunPython(give_words, migrations.RunPython.noop)]
