"""Putting files on records and taking them off again."""

import hashlib
import secrets
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken
from portcrm.files.kinds import kind_of
from portcrm.files.models import Attachment, StoredFile
from portcrm.files.owners import owner_of


@action("files.attach", _("File added"))
def attach(*, upload: UploadedFile, record: str, object_pk: int | str, by: User) -> Attachment:
    """Put a file on a record; the same content on the same record is kept once, whatever its name."""
    if owner_of(record) is None:
        raise RuleBroken(_("This kind of record carries no files."))
    if upload.size > settings.MAX_UPLOAD_BYTES:
        raise RuleBroken(
            format_lazy(
                _("The file has {size} MB; {limit} MB are allowed."),
                size=round(upload.size / 2**20, 1),
                limit=round(settings.MAX_UPLOAD_BYTES / 2**20, 1),
            )
        )
    name = PurePath(upload.name.replace("\\", "/")).name[-200:]
    stored = _stored(upload, kind_of(upload, name).key)
    attachment, _created = Attachment.objects.get_or_create(
        record=record, object_pk=str(object_pk), stored=stored, defaults={"name": name, "created_by": by}
    )
    return attachment


@action("files.remove", _("File removed"))
def remove(*, attachment: Attachment, by: User) -> None:
    """Take a file off its record; its bytes go when no other record carries them."""
    stored = StoredFile.objects.select_for_update().get(pk=attachment.stored_id)
    attachment.delete()
    if not stored.attachments.exists():
        storage, path = stored.file.storage, stored.file.name
        stored.delete()
        transaction.on_commit(lambda: storage.delete(path))


def _stored(upload: UploadedFile, kind: str) -> StoredFile:
    """The row of this content, locked against removal until the transaction ends."""
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    sha256 = digest.hexdigest()
    if known := StoredFile.objects.select_for_update().filter(sha256=sha256).first():
        return known
    row = StoredFile(sha256=sha256, size=upload.size, kind=kind)
    upload.seek(0)
    # The path is random, so that removing an older copy of the same content can never hit this one.
    row.file.save(f"{sha256[:16]}-{secrets.token_hex(4)}", upload, save=False)
    try:
        StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    except DatabaseError:
        row.file.storage.delete(row.file.name)
        raise
    stored = StoredFile.objects.select_for_update().get(sha256=sha256)
    if stored.file.name != row.file.name:  # somebody stored the same content at the same moment
        row.file.storage.delete(row.file.name)
    return stored
