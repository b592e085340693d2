"""A file as an answer to a request: never interpreted by the browser, pictures apart."""

from django.http import FileResponse

from portcrm.files.kinds import KINDS, media_type
from portcrm.files.models import Attachment


def file_response(attachment: Attachment, *, show: bool = False) -> FileResponse:
    """The file under its name; with `show` in the window itself, where its kind is a harmless one. Who may have it is asked before."""
    stored = attachment.stored
    shown = show and stored.kind in KINDS and KINDS[stored.kind].shown
    return FileResponse(
        stored.file.open("rb"),
        as_attachment=not shown,
        filename=attachment.name,
        content_type=media_type(stored.kind, attachment.name),
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )
