"""The rights of a person whose data we keep: to be told all of it, and to be forgotten. Every app does its part, in one transaction."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from customers.enums import ErasureReason
from customers.models import Contact
from customers.queries.person import left_in_merged_files
from customers.services.contact_rules import refuse_erased
from customers.services.forgetting import person_of
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.personal_data import Holding, Person, personal_data
from portcrm.audit.services import record
from portcrm.files.models import Attachment

STYLE = Path("static/css/handout.css")


@action("contact.erase")
def erase_person(*, contact: Contact, reason: ErasureReason | str, by: User) -> Contact:
    """Erase the data about a person in every app, for good; figures, answers and interactions stay without the person.

    A second call changes nothing. The log keeps who did it, when and why, and no word about the person.
    """
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if row.erased_on:
        return row
    rows = [*left_in_merged_files(row).select_for_update(of=("self",)), row]
    people = [person_of(one, rows) for one in rows]  # all before any is erased: an erased row no longer tells what it was called
    for one, person in zip(rows, people, strict=True):
        changed = {data.key: data.erase(person=person, by=by) for data in personal_data()}
        one.refresh_from_db()
        record(by=by, action="contact.erase", target=one, reason=ErasureReason(reason).value, **changed)
    return row


@action("contact.hand_out")
def all_we_hold(*, contact: Contact, at: dt.datetime, by: User) -> bytes:
    """Everything every app holds about the person, as a ZIP with a page to read, the same as JSON, and the files on
    the person's record; nothing of it is stored."""
    refuse_erased(contact)
    rows = [contact, *left_in_merged_files(contact)]
    people = [person_of(one, rows) for one in rows]
    record(by=by, action="contact.hand_out", target=contact)
    held = holdings(people)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"{_('all-we-hold')}.html", _as_page(contact, held, at))
        package.writestr(f"{_('all-we-hold')}.json", _as_json(held, at))
        files = chain.from_iterable(Attachment.objects.of(one.record, one.pk).select_related("stored").order_by("pk") for one in people)
        for attachment in files:
            with attachment.stored.file.open("rb") as kept:
                package.writestr(f"{_('files of the person')}/{attachment.pk}-{attachment.name}", kept.read())
    return packed.getvalue()


def holdings(people: Sequence[Person]) -> list[Holding]:
    """What every app holds about somebody, groups without rows left out; the person may stand in merged files as well."""
    groups: dict[tuple[str, str], Holding] = {}
    for data in personal_data():
        for group in chain.from_iterable(data.held(one) for one in people):
            told = groups.setdefault((data.key, group.title), Holding(group.title, []))
            told.rows.extend(row for row in group.rows if row not in told.rows)
    return [group for group in groups.values() if group.rows]


def _as_page(contact: Contact, held: list[Holding], at: dt.datetime) -> str:
    style = format_html("<style>{}</style>", mark_safe((settings.BASE_DIR / STYLE).read_text(encoding="utf-8")))  # noqa: S308  our own file
    return render_to_string("customers/print/all_we_hold.html", {"contact": contact, "holdings": held, "at": at, "style": style})


def _as_json(held: list[Holding], at: dt.datetime) -> str:
    groups = [{"title": group.title, "rows": group.rows} for group in held]
    return json.dumps({"made_at": at.isoformat(), "holdings": groups}, ensure_ascii=False, indent=2)
