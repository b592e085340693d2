"""Personal links: a random public id and a signature under the site's secret. The database holds no usable link."""

import datetime as dt

from django.conf import settings
from django.core import signing
from django.urls import reverse

from feedback.models import Complaint, Invitation, Suggestion
from portcrm.prepared import Place, Prepared

DRAWN = "feedback.drawn"
INVITATION = signing.Signer(salt="feedback.invitation", sep=".")
OPT_OUT = signing.Signer(salt="feedback.opt_out", sep=".")
COMPLAINT = signing.Signer(salt="feedback.complaint", sep=".")
SUGGESTION = signing.Signer(salt="feedback.suggestion", sep=".")
# With each further table the database plans longer: with eight of them 7.6 ms, with five 0.3.
TO_TAKE = ("wave__version__questionnaire", "draft")
TO_SHOW = (*TO_TAKE, "customer")
INVITED = Prepared(lambda nobody, *along: Invitation.objects.select_related(*along).order_by().filter(public_id=Place("public_id")))


def invitation_token(public_id: str) -> str:
    return INVITATION.sign(public_id)


def opt_out_token(public_id: str) -> str:
    return OPT_OUT.sign(public_id)


def complaint_token(public_id: str) -> str:
    return COMPLAINT.sign(public_id)


def find_invitation(token: str, *, along: tuple[str, ...] = TO_SHOW) -> Invitation | None:
    """The invitation a link belongs to, read with what stands `along` it; None for a link nobody was given."""
    return _invitation(INVITATION, token, along)


def find_customers_invitation(token: str) -> Invitation | None:
    """The same, None where it asks one of our own people: no customer speaks there."""
    found = find_invitation(token)
    return found if found is not None and found.customer is not None else None


def find_opting_out(token: str) -> Invitation | None:
    """The invitation whose recipient opts out; another key than the form's, for a form is forwarded to colleagues."""
    return _invitation(OPT_OUT, token, TO_SHOW)


def _invitation(signer: signing.Signer, token: str, along: tuple[str, ...]) -> Invitation | None:
    public_id = _unsign(signer, token)
    return INVITED.first(None, *along, public_id=public_id) if public_id else None


def find_complaint(token: str) -> Complaint | None:
    public_id = _unsign(COMPLAINT, token)
    return Complaint.objects.select_related("customer").filter(public_id=public_id).first() if public_id else None


def suggestion_token(public_id: str) -> str:
    return SUGGESTION.sign(public_id)


def find_suggestion(token: str) -> Suggestion | None:
    public_id = _unsign(SUGGESTION, token)
    return Suggestion.objects.select_related("customer").filter(public_id=public_id).first() if public_id else None


def suggestion_url(public_id: str) -> str:
    return settings.PORTCRM_SITE_URL + reverse("opinion:suggestion_receipt", args=[suggestion_token(public_id)])


def invitation_url(public_id: str) -> str:
    """Absolute address of the form; asked by the outbox at delivery only."""
    return settings.PORTCRM_SITE_URL + reverse("opinion:form", args=[invitation_token(public_id)])


def opt_out_url(public_id: str) -> str:
    """Absolute address where the recipient opts out; asked by the outbox at delivery only."""
    return settings.PORTCRM_SITE_URL + reverse("opinion:opt_out", args=[opt_out_token(public_id)])


def complaint_url(public_id: str) -> str:
    return settings.PORTCRM_SITE_URL + reverse("opinion:complaint_status", args=[complaint_token(public_id)])


def _unsign(signer: signing.Signer, token: str) -> str:
    try:
        return signer.unsign(token)
    except signing.BadSignature:
        return ""


def drawn_stamp(public_id: str, *, at: dt.datetime) -> str:
    """What a page of the form carries to show later that it was open at this moment."""
    return signing.dumps([public_id, int(at.timestamp())], salt=DRAWN)


def drawn_at(stamp: str, public_id: str) -> dt.datetime | None:
    """When the page of this invitation was drawn; None for a stamp that is not ours or another form's."""
    try:
        of, seconds = signing.loads(stamp, salt=DRAWN)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if of == public_id else None
