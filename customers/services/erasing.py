"""The rights of a person whose data we keep: to be told all of it, and to be forgotten. Every app does its part, in one transaction."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from customers.enums import ErasureReason
from customers.models import Contact
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
    for same in left_in_merged_files(row):
        erase_person(contact=same, reason=reason, by=by)
    person = person_of(row)
    changed = {data.key: data.erase(person=person, by=by) for data in personal_data()}
    row.refresh_from_db()
    record(by=by, action="contact.erase", target=row, reason=ErasureReason(reason).value, **changed)
    return row


def left_in_merged_files(contact: Contact) -> QuerySet[Contact]:
    """The same mailbox in files that were merged into this one: the person stands there too, though nobody looks any more."""
    if not contact.email:
        return Contact.objects.none()
    there = Contact.objects.filter(customer__merged_into=contact.customer_id, erased_on=None)
    return there.filter(email__iexact=contact.email).order_by("pk")


@action("contact.hand_out")
def all_we_hold(*, contact: Contact, at: dt.datetime, by: User) -> bytes:
    """Everything every app holds about the person, as a ZIP with a page to read, the same as JSON, and the files on
    the person's record; nothing of it is stored."""
    refuse_erased(contact)
    person = person_of(contact)
    record(by=by, action="contact.hand_out", target=contact)
    held = holdings(person)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"{_('all-we-hold')}.html", _as_page(contact, held, at))
        package.writestr(f"{_('all-we-hold')}.json", _as_json(held, at))
        for attachment in Attachment.objects.of(person.record, person.pk).select_related("stored").order_by("pk"):
            with attachment.stored.file.open("rb") as kept:
                package.writestr(f"{_('files of the person')}/{attachment.pk}-{attachment.name}", kept.read())
    return packed.getvalue()


def holdings(person: Person) -> list[Holding]:
    """What every app holds, groups without rows left out."""
    return [group for data in personal_data() for group in data.held(person) if group.rows]


def _as_page(contact: Contact, held: list[Holding], at: dt.datetime) -> str:
    style = format_html("<style>{}</style>", mark_safe((settings.BASE_DIR / STYLE).read_text(encoding="utf-8")))  # noqa: S308  our own file
    return render_to_string("customers/print/all_we_hold.html", {"contact": contact, "holdings": held, "at": at, "style": style})


def _as_json(held: list[Holding], at: dt.datetime) -> str:
    groups = [{"title": group.title, "rows": group.rows} for group in held]
    return json.dumps({"made_at": at.isoformat(), "holdings": groups}, ensure_ascii=False, indent=2)
