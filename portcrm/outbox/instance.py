"""Whose outbox is this? A copy of the database on another machine must not write to the customers again.

The database and this installation (PORTCRM_INSTANCE_ID, or a file in the state folder) each keep a random id.
Where they differ, nothing is sent until a person has looked.
"""

import secrets
from pathlib import Path

from django.conf import settings

from portcrm.outbox.models import OutboxControl


def control() -> OutboxControl:
    return OutboxControl.objects.get_or_create(pk=1)[0]


def local_id() -> str:
    """This installation's id, or "" where it has none yet."""
    if settings.PORTCRM_INSTANCE_ID:
        return settings.PORTCRM_INSTANCE_ID
    try:
        return _file().read_text().strip()
    except FileNotFoundError:
        return ""


def make_local_id() -> str:
    """This installation's id, made now if it has none."""
    if found := local_id():
        return found
    _file().parent.mkdir(parents=True, exist_ok=True)
    try:
        with _file().open("x") as file:
            file.write(secrets.token_hex(16))
    except FileExistsError:
        pass  # another worker was a moment faster: its id holds
    return local_id()


def is_ours(row: OutboxControl) -> bool:
    """Whether the database belongs to this installation; a database that belongs to nobody is taken."""
    if not row.instance_id:
        mine = make_local_id()
        OutboxControl.objects.filter(pk=row.pk, instance_id="").update(instance_id=mine)
        row.refresh_from_db()
    return row.instance_id == local_id()


def _file() -> Path:
    return Path(settings.PORTCRM_STATE) / "instance-id"
