"""Files customers put into a form: kept as soon as a page is sent, part of the answers like a score or a text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.enums import ItemKind
from feedback.models import Draft, Invitation, Item, ResponseVersion
from feedback.queries.enclosures import INVITATION, numbers_in
from feedback.services.answers import ReadAnswers
from portcrm.accounts.models import User
from portcrm.errors import RuleBroken
from portcrm.files.models import Attachment
from portcrm.files.services import attach, remove

MOST_FILES = 5  # to one question


@dataclass(frozen=True)
class Enclosed:
    """What one page brought: new files by item key, and the numbers of kept ones to be taken out again."""

    uploads: Mapping[str, list[UploadedFile]] = field(default_factory=dict)
    taken_out: frozenset[int] = frozenset()


def enclose(read: ReadAnswers, enclosed: Enclosed, items: Iterable[Item], stored: Mapping, *, invitation: Invitation, by: User) -> None:
    """Keep the files and note them in `read`: an answer is [{"file": number, "name": its name}, …]. One that cannot be kept is a
    problem of its question; it stops no other. Runs in the caller's transaction, under its lock on the invitation.
    """
    read.taken_out = enclosed.taken_out
    for item in items:
        if item.kind == ItemKind.FILE:
            kept = [one for one in stored.get(item.key, ()) if one["file"] not in enclosed.taken_out]
            read.enclosed[item.key] = _keep(item, enclosed.uploads.get(item.key, ()), len(kept), read, invitation, by)


def _keep(item: Item, uploads: Iterable[UploadedFile], there: int, read: ReadAnswers, invitation: Invitation, by: User) -> list[dict]:
    added, refused = [], []
    for upload in uploads:
        try:
            if there + len(added) >= MOST_FILES:
                raise RuleBroken(ngettext("at most %(most)s file fits.", "at most %(most)s files fit.", MOST_FILES) % {"most": MOST_FILES})
            attachment = attach(upload=upload, record=INVITATION, object_pk=invitation.pk, by=by)
            added.append({"file": attachment.pk, "name": attachment.name})
        except RuleBroken as refusal:
            refused.append(_("%(name)s was not kept: %(reason)s") % {"name": upload.name, "reason": refusal.message})
    if refused:
        read.problems[item.key] = " ".join(refused)
    return added


def drop_taken_out(invitation: Invitation, *, by: User) -> None:
    """Remove files that neither the draft nor any version sent names any more."""
    begun = Draft.objects.filter(invitation=invitation).values_list("answers", flat=True)
    sent = ResponseVersion.objects.filter(response__invitation=invitation).values_list("answers", flat=True)
    for attachment in Attachment.objects.of(INVITATION, invitation.pk).exclude(pk__in=numbers_in([*begun, *sent])):
        remove(attachment=attachment, by=by)
