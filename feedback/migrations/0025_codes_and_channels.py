"""Codes for the invitations there are, and the channels an answer is typed in from."""

import secrets

from django.db import connection, migrations

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
AT_ONCE = 5000
CHANNELS = (
    ("paper_form", "纸质征询表", "Paper form", "客户在纸质征询表上填写，由我方录入", "Filled in on paper by the customer and typed in by us"),
    ("telephone_opinion", "电话征询", "Opinion by telephone", "电话中逐题询问并记录", "Asked question by question in a call"),
    ("visit_opinion", "走访征询", "Opinion at a visit", "走访时逐题询问并记录", "Asked question by question at a visit"),
)


def draw():
    values = [secrets.randbelow(31) for _place in range(9)]
    check = -sum(value * place for place, value in enumerate(reversed(values), start=2)) % 31
    return "".join(ALPHABET[value] for value in (*values, check))


def give_codes(apps, _schema_editor):
    """Some thousands at a time, by one statement each; no code is drawn twice."""
    Invitation = apps.get_model("feedback", "Invitation")
    given = set(Invitation.objects.exclude(code=None).values_list("code", flat=True))
    while keys := list(Invitation.objects.filter(code=None).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        codes = set()
        while len(codes) < len(keys):
            codes |= {draw()} - given
        given |= codes
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE feedback_invitation SET code = given.code"
                " FROM unnest(%s::bigint[], %s::text[]) AS given (id, code) WHERE feedback_invitation.id = given.id",
                [keys, list(codes)],
            )


def add_channels(apps, _schema_editor):
    """Where the list was loaded before these were in it."""
    Channel = apps.get_model("customers", "Channel")
    last = Channel.objects.order_by("-position").values_list("position", flat=True).first() or 0
    for place, (key, name_zh, name_en, description_zh, description_en) in enumerate(CHANNELS, start=1):
        told = {"name_zh": name_zh, "name_en": name_en, "description_zh": description_zh, "description_en": description_en}
        Channel.objects.get_or_create(key=key, defaults={"family": "service", "position": last + place * 10, **told})


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0026_fewer_indexes_to_write'),
        ('feedback', '0024_codes_paper_and_declining'),
    ]

    operations = [
        migrations.RunPython(give_codes, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(add_channels, migrations.RunPython.noop, elidable=True),
    ]
