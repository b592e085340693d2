"""Suggestions and opinions of a person: told in full when they ask; the matter stays without them when they want to be forgotten."""

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feedback.models import HeardOpinion, SeminarDecision, SeminarGuest, Suggestion
from feedback.services.seminars import GUEST_LIST, MINUTES, OF_DECISIONS
from feedback.services.suggestion_notices import OF_SUGGESTIONS
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, past_states, rewriting_history
from portcrm.audit.personal_data import Holding, Person, holding
from portcrm.notices.services import forget_notices
from portcrm.paper.services import drop_printouts

SUGGESTION_FIELDS = (
    "number", "customer", "company_name", "reporter_name", "reporter_email", "reporter_phone", "text", "received_on", "state", "reason",
    "decided_at", "credit", "credit_agreed_on", "said_zh", "said_en", "did_zh", "did_en", "published_at",
)  # fmt: skip
HEARD_FIELDS = ("customer", "channel", "group", "service_item", "tone", "text", "heard_on")
GUEST_FIELDS = ("seminar", "customer", "invited_at", "reply", "attended")
REPORTER = {"reporter_name": "", "reporter_email": "", "reporter_phone": ""}
CONTACT = "customers.contact"


def voices_of(person: Person) -> list[Holding]:
    """What the person suggested, and what colleagues heard from them."""
    suggestions, heard = _suggestions(person).select_related("customer"), _heard(person).select_related("customer", "channel")
    return [
        holding(pgettext("customer", "Suggestions"), suggestions.order_by("pk"), SUGGESTION_FIELDS),
        holding(_("Opinions heard"), heard.order_by("pk"), HEARD_FIELDS),
        holding(_("Guests of seminars"), _guests(person).select_related("seminar", "customer").order_by("pk"), GUEST_FIELDS),
    ]


@action("voice.erase", _("Voices of a person erased"))
def erase_voices(*, person: Person, by: User) -> int:
    """Take the person out of suggestions and opinions heard, published words and past states among them."""
    keys = list(_suggestions(person).values_list("pk", flat=True))
    suggestions = Suggestion.objects.filter(pk__in=keys)
    suggestions.update(**REPORTER)
    forget_notices(kinds=OF_SUGGESTIONS, record_pks=keys, by=by)
    changed = mask(suggestions, person.words)
    with rewriting_history(Suggestion):
        states = past_states(Suggestion).filter(pgh_obj__in=keys)
        states.update(**REPORTER)
        mask(states, person.words)
    return len(keys) + changed + _erase_heard(person) + _erase_decisions(person, by)


def _erase_decisions(person: Person, by: User) -> int:
    """Decisions of the seminars they were invited to may name them, and notices of those; the papers of these seminars do."""
    seminars = list(_guests(person).values_list("seminar", flat=True))
    drop_printouts(kinds=(GUEST_LIST, MINUTES), record_pks=seminars, by=by)
    decisions = SeminarDecision.objects.filter(seminar__in=seminars)
    before = dict(decisions.values_list("pk", "text"))
    keys, changed = list(before), mask(decisions, person.words)
    named = [pk for pk, text in decisions.values_list("pk", "text") if text != before[pk]]
    forget_notices(kinds=OF_DECISIONS, record_pks=named, by=by)
    with rewriting_history(SeminarDecision):
        mask(past_states(SeminarDecision).filter(pgh_obj__in=keys), person.words)
    return changed


def _erase_heard(person: Person) -> int:
    keys = list(_heard(person).values_list("pk", flat=True))
    changed = mask(HeardOpinion.objects.filter(pk__in=keys), person.words)
    with rewriting_history(HeardOpinion):
        mask(past_states(HeardOpinion).filter(pgh_obj__in=keys), person.words)
    return len(keys) + changed


def _suggestions(person: Person):
    by_key = Q(contact=person.pk) if person.record == CONTACT else Q(pk__in=())
    return Suggestion.objects.alias(mailbox=Lower("reporter_email")).filter(by_key | Q(mailbox__in=person.addresses))


def _heard(person: Person):
    return HeardOpinion.objects.filter(contact=person.pk) if person.record == CONTACT else HeardOpinion.objects.none()


def _guests(person: Person):
    return SeminarGuest.objects.filter(contact=person.pk) if person.record == CONTACT else SeminarGuest.objects.none()
