"""Named answers and complaints of a person: told in full when they ask; scores stay when they want to be forgotten."""

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feedback.models import (
    Complaint,
    ComplaintNote,
    ComplaintPause,
    CorrectiveAction,
    Draft,
    Finding,
    Invitation,
    OptOut,
    Response,
    ResponseVersion,
)
from feedback.models.invitation import new_public_id
from feedback.services.telling import OF_COMPLAINTS
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, past_states, rewriting_history
from portcrm.audit.personal_data import Holding, Person, holding
from portcrm.notices.services import forget_notices

INVITATION_FIELDS = ("wave", "customer", "address", "name", "language", "invited_on", "opened_at", "answered_at")
RESPONSE_FIELDS = ("wave", "customer", "overall", "recommend", "comment", "language", "first_submitted_at", "submitted_at")
OPT_OUT_FIELDS = ("address", "source", "said_at", "lifted_at", "lifted_reason")
COMPLAINT_FIELDS = (
    "number", "customer", "company_name", "reporter_name", "reporter_email", "reporter_phone", "subject", "description", "cargo_reference",
    "remedy_sought", "received_on", "state", "answer", "answered_at", "outcome", "closed_at",
)  # fmt: skip
REPORTER = {"reporter_name": "", "reporter_email": "", "reporter_phone": ""}
CONTACT = "customers.contact"


def opinions_of(person: Person) -> list[Holding]:
    """Who asked, what was answered, item by item, and what was complained about."""
    responses = Response.objects.filter(invitation__in=_asked(person)).select_related("wave", "customer").prefetch_related("answers__item")
    return [
        holding(_("Invitations"), _asked(person).select_related("wave", "customer").order_by("pk"), INVITATION_FIELDS),
        holding(_("Opinion forms answered"), responses.order_by("pk"), RESPONSE_FIELDS, _scores),
        Holding(_("Answers on their way"), [{str(key): str(text) for key, text in draft.answers.items()} for draft in _drafts(person)]),
        holding(
            _("Opted out"), _said_no(person).order_by("pk"), OPT_OUT_FIELDS, lambda row: {pgettext("opt-out", "Out of"): row.scope_label}
        ),
        holding(_("Complaints"), _complaints(person).select_related("customer").order_by("pk"), COMPLAINT_FIELDS),
    ]


def _scores(response: Response) -> dict[str, str]:
    return {answer.item.text: str(answer.score if answer.score is not None else _("not applicable")) for answer in response.answers.all()}


@action("opinion.erase")
def erase_opinions(*, person: Person, by: User) -> int:
    """Take the person out of invitations, answers and complaints. Links are dead, drafts are gone; scores count on without a name."""
    _drafts(person).delete()
    _said_no(person).delete()  # the outbox goes on avoiding the address, by its digest
    invitations = list(_asked(person))
    for invitation in invitations:
        invitation.name, invitation.address = "", f"{invitation.pk}@erased.invalid"
        invitation.public_id = new_public_id()  # whoever still has the old link finds nothing
    Invitation.objects.bulk_update(invitations, ["name", "address", "public_id"], batch_size=500)
    responses = Response.objects.filter(invitation__in=[one.pk for one in invitations])
    changed = mask(responses, person.words) + mask(ResponseVersion.objects.filter(response__in=responses), person.words)
    return len(invitations) + changed + _erase_complaints(person, by)


def _erase_complaints(person: Person, by: User) -> int:
    keys = list(_complaints(person).values_list("pk", flat=True))
    complaints, notes = Complaint.objects.filter(pk__in=keys), ComplaintNote.objects.filter(complaint__in=keys)
    complaints.update(**REPORTER)
    forget_notices(kinds=OF_COMPLAINTS, record_pks=keys, by=by)
    changed = mask(complaints, person.words) + mask(notes, person.words)
    for model in (Finding, CorrectiveAction, ComplaintPause):
        changed += mask(model.objects.filter(complaint__in=keys), person.words)
        with rewriting_history(model):
            mask(past_states(model).filter(complaint__in=keys), person.words)
    with rewriting_history(Complaint):
        states = past_states(Complaint).filter(pgh_obj__in=keys)
        states.update(**REPORTER)
        mask(states, person.words)
    with rewriting_history(ComplaintNote):
        mask(past_states(ComplaintNote).filter(complaint__in=keys), person.words)
    return len(keys) + changed


def _asked(person: Person):
    by_key = Q(contact=person.pk) if person.record == CONTACT else Q(pk__in=())
    return Invitation.objects.alias(mailbox=Lower("address")).filter(by_key | Q(mailbox__in=person.addresses))


def _said_no(person: Person):
    by_key = Q(contact=person.pk) if person.record == CONTACT else Q(pk__in=())
    return OptOut.objects.filter(by_key | Q(address__in=person.addresses))


def _drafts(person: Person):
    return Draft.objects.filter(invitation__in=_asked(person))


def _complaints(person: Person):
    by_key = Q(contact=person.pk) if person.record == CONTACT else Q(pk__in=())
    return Complaint.objects.alias(mailbox=Lower("reporter_email")).filter(by_key | Q(mailbox__in=person.addresses))
