"""Files a customer sends along with a complaint: photographs, documents. Staff put theirs on the case itself."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from feedback.enums import ComplaintState
from feedback.models import Complaint
from feedback.queries.complaints import files_sent
from feedback.services.telling import tell_evidence
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken
from portcrm.files.services import attach

MOST_FILES = 20  # of one case, from its customer


@action("complaint.evidence", gettext_lazy("Files of the customer"))
def add_evidence(*, complaint: Complaint, upload: UploadedFile, by: User) -> None:
    """Put one file of the customer on the case; the same content twice is kept once. RuleBroken says why it cannot be."""
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if complaint.state == ComplaintState.CLOSED:
        raise RuleBroken(_("This case is closed and takes no more files."))
    if len(files_sent(complaint)) >= MOST_FILES:
        said = ngettext("At most %(number)s file fits on a case.", "At most %(number)s files fit on a case.", MOST_FILES)
        raise RuleBroken(said % {"number": MOST_FILES})
    attach(upload=upload, record="feedback.complaint", object_pk=complaint.pk, by=by)


def add_all(*, complaint: Complaint, uploads: Sequence[UploadedFile], by: User) -> list[str]:
    """Put files on the case one by one and tell its owner; returns a sentence for each that could not be kept."""
    refused, kept = [], 0
    for upload in uploads:
        try:
            add_evidence(complaint=complaint, upload=upload, by=by)
            kept += 1
        except RuleBroken as refusal:
            refused.append(f"{upload.name}: {refusal.message}")
    if kept:
        tell_evidence(complaint=complaint, files=len(files_sent(complaint)), by=by)
    return refused
