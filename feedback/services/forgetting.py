"""Named answers and complaints of a person: told in full when they ask; scores stay when they want to be forgotten."""

from collections.abc import Mapping

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feedback.enums import CHOICES, ItemKind
from feedback.models import (
    Complaint,
    ComplaintNote,
    ComplaintPause,
    CorrectiveAction,
    Draft,
    Finding,
    InboundMail,
    Invitation,
    Item,
    LowMark,
    OptOut,
    Response,
    ResponseVersion,
)
from feedback.models.invitation import new_code, new_public_id
from feedback.queries.enclosures import INVITATION, files_in
from feedback.queries.questions import items_of
from feedback.services.answers import NOT_APPLICABLE, points_in_words
from feedback.services.telling import OF_COMPLAINTS
from feedback.services.typing_in import RESPONSE
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, past_states, rewriting_history
from portcrm.audit.personal_data import Holding, Person, holding
from portcrm.bilingual import enumerated
from portcrm.files.models import Attachment
from portcrm.files.services.forgetting import erase_files_on
from portcrm.notices.services import forget_notices
from portcrm.paper.services import drop_printouts

INVITATION_FIELDS = (
    "wave",
    "customer",
    "address",
    "code",
    "name",
    "language",
    "invited_on",
    "opened_at",
    "answered_at",
    "declined_at",
    "decline_reason",
)
RESPONSE_FIELDS = (
    "wave", "customer", "overall", "recommend", "comment", "language", "first_submitted_at", "submitted_at", "channel", "taken_on",
    "entered_by",
)  # fmt: skip
OPT_OUT_FIELDS = ("address", "source", "said_at", "lifted_at", "lifted_reason")
MAIL_FIELDS = ("sender", "name", "subject", "text", "received_at")
COMPLAINT_FIELDS = (
    "number", "customer", "company_name", "reporter_name", "reporter_email", "reporter_phone", "subject", "description", "cargo_reference",
    "remedy_sought", "received_on", "state", "answer", "answered_at", "outcome", "closed_at",
)  # fmt: skip
REPORTER = {"reporter_name": "", "reporter_email": "", "reporter_phone": ""}
CONTACT = "customers.contact"
FORM_ON_PAPER, FORMS_ON_PAPER = "opinion-form", "opinion-forms"  # of one person, of a wave


def opinions_of(person: Person) -> list[Holding]:
    """Who asked, what was answered, item by item, and what was complained about."""
    responses = (
        Response.objects.filter(invitation__in=_asked(person))
        .select_related("wave__version", "customer", "channel", "entered_by")
        .prefetch_related("answers__item", "answers__option", "versions")
    )
    return [
        holding(_("Invitations"), _asked(person).select_related("wave", "customer").order_by("pk"), INVITATION_FIELDS),
        holding(_("Opinion forms answered"), responses.order_by("pk"), RESPONSE_FIELDS, _scores),
        holding(_("Files in opinion forms"), _enclosed(person), ("name", "created_at")),
        Holding(_("Answers on their way"), [_begun(draft) for draft in _drafts(person)]),
        holding(
            _("Opted out"), _said_no(person).order_by("pk"), OPT_OUT_FIELDS, lambda row: {pgettext("opt-out", "Out of"): row.scope_label}
        ),
        holding(_("Mails to the complaint mailbox"), _mails(person).order_by("pk"), MAIL_FIELDS),
        holding(_("Complaints"), _complaints(person).select_related("customer").order_by("pk"), COMPLAINT_FIELDS),
    ]


def _scores(response: Response) -> dict[str, str]:
    """Question -> answer in the order of the form, of several options in theirs."""
    said: dict[str, list[str]] = {}
    for answer in sorted(response.answers.all(), key=lambda one: (one.item.position, one.option.position if one.option else 0)):
        words = answer.option.text if answer.option else answer.score
        said.setdefault(answer.item.named, []).append(_("not applicable") if words is None else str(words))
    return {question: enumerated(words) for question, words in said.items()} | _points(response)


def _points(response: Response) -> dict[str, str]:
    """How it shared points out, which only whole versions tell."""
    latest = max(response.versions.all(), key=lambda one: one.number, default=None)
    splits = [item for item in items_of(response.wave.version) if item.is_split] if latest else []
    return {item.named: words for item in splits if (words := points_in_words(item, latest.answers))}


def _begun(draft: Draft) -> dict[str, str]:
    """Question -> answer as the form words them, in the order of the form."""
    items = [item for item in items_of(draft.invitation.wave.version) if any(key in draft.answers for key in item.answer_keys)]
    return {item.named: _as_worded(item, draft.answers) for item in items}


def _as_worded(item: Item, answers: Mapping) -> str:
    if item.is_split:
        return points_in_words(item, answers)
    value = answers[item.key]
    if value == NOT_APPLICABLE:
        return _("not applicable")
    if item.kind == ItemKind.FILE:
        return enumerated(one["name"] for one in files_in(value))
    if item.kind not in CHOICES:
        return str(value)
    chosen = value if isinstance(value, list) else [value]
    return enumerated(option.text for option in item.options.all() if option.key in chosen)


@action("opinion.erase")
def erase_opinions(*, person: Person, by: User) -> int:
    """Take the person out of invitations, answers and complaints. Links are dead, drafts are gone; scores count on without a name."""
    _drafts(person).delete()
    _mails(person).delete()  # the words stand on the cases, which are masked
    _said_no(person).delete()  # the outbox goes on avoiding the address, by its digest
    invitations = list(_asked(person).select_related("wave__programme"))
    for invitation in invitations:
        invitation.name = ""
        invitation.address = "" if _on_paper(invitation, person) else f"{invitation.pk}@erased.invalid"
        invitation.code = new_code()
        invitation.public_id = new_public_id()  # whoever still has the old link finds nothing
    Invitation.objects.bulk_update(invitations, ["name", "address", "code", "public_id"], batch_size=500)
    responses = Response.objects.filter(invitation__in=[one.pk for one in invitations])
    erase_files_on(record=RESPONSE, keys=[one.pk for one in responses], by=by)  # scans show a hand, and perhaps a name
    erase_files_on(record=INVITATION, keys=[one.pk for one in invitations], by=by)
    drop_printouts(kinds=[FORM_ON_PAPER], record_pks=[one.pk for one in invitations], by=by)
    drop_printouts(kinds=[FORMS_ON_PAPER], record_pks={one.wave_id for one in invitations}, by=by)
    changed = mask(responses, person.words) + mask(ResponseVersion.objects.filter(response__in=responses), person.words)
    changed += mask(LowMark.objects.filter(response__in=responses), person.words)
    return len(invitations) + changed + _erase_complaints(person, by)


def _on_paper(invitation: Invitation, person: Person) -> bool:
    """Whether there never was a mailbox: one that the customer's files name has been emptied before this."""
    had_none = not person.addresses or invitation.wave.programme.asks_on_paper
    return not invitation.address and invitation.mail_written_at is None and had_none


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


def _enclosed(person: Person):
    asked = [str(pk) for pk in _asked(person).values_list("pk", flat=True)]
    return Attachment.objects.filter(record=INVITATION, object_pk__in=asked).order_by("pk")


def _said_no(person: Person):
    by_key = Q(contact=person.pk) if person.record == CONTACT else Q(pk__in=())
    return OptOut.objects.filter(by_key | Q(address__in=person.addresses))


def _drafts(person: Person):
    return Draft.objects.filter(invitation__in=_asked(person)).select_related("invitation__wave__version")


def _complaints(person: Person):
    by_key = Q(contact=person.pk) if person.record == CONTACT else Q(pk__in=())
    return Complaint.objects.alias(mailbox=Lower("reporter_email")).filter(by_key | Q(mailbox__in=person.addresses))


def _mails(person: Person):
    return InboundMail.objects.filter(sender__in=person.addresses)
