"""A seminar as a whole: its page and its printed minutes tell the same."""

from collections import defaultdict

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from customers.models import Contact
from feedback.enums import SeminarState
from feedback.models import HeardOpinion, Seminar, SeminarGuest, Wave
from feedback.queries.occasions import Reached


def minutes(seminar: Seminar, user, _extras: object = None) -> dict:
    """Topics with what was said to each (as far as the reader may read opinions), guests, decisions and whether each is done."""
    said = defaultdict(list)
    heard = HeardOpinion.objects.visible_to(user).filter(topic__seminar=seminar).select_related("customer", "contact").order_by("pk")
    for one in heard:
        said[one.topic_id].append(one)
    decisions = seminar.decisions.with_carried_out().select_related("owner", "topic", "customer")
    guests = list(seminar.guests.select_related("customer", "contact"))
    return {
        "seminar": seminar,
        "topics": [(topic, said[topic.pk]) for topic in seminar.topics.all()],
        "guests": guests,
        "came": sum(guest.attended is True for guest in guests),
        "decisions": [(one, one.carried_out) for one in decisions],
    }


def to_invite(seminar: Seminar) -> QuerySet[SeminarGuest]:
    """Guests a mail can go to who were not invited yet."""
    return seminar.guests.filter(invited_at=None, contact__in=Contact.objects.reachable().values("pk"))


def to_call(seminar: Seminar) -> list[tuple[SeminarGuest, str]]:
    """Guests nobody has invited and no mail can reach, each with the reason."""
    rows = seminar.guests.filter(invited_at=None, contact__isnull=False).exclude(pk__in=to_invite(seminar).values("pk"))
    no_address, not_by_mail = _("No address: call them"), _("No mail may go there: ask first")
    return [(row, not_by_mail if row.contact.email else no_address) for row in rows.select_related("contact", "customer")]


def who_came(seminar: Seminar) -> list[Reached]:
    """Those to be asked for their opinion of it; nobody who was forgotten since."""
    came = seminar.guests.filter(attended=True, contact__isnull=False).order_by("pk").values_list("customer", "contact")
    return [Reached(customer, str(seminar.pk), contact_id=contact) for customer, contact in came]


def obstacle_to_ask(seminar: Seminar) -> str:
    """Why nobody of the seminar can be asked at all, or ""."""
    if seminar.state == SeminarState.CALLED_OFF:
        return _("This seminar was called off.")
    return "" if who_came(seminar) else _("Note first who came: only they are asked.")


def wave_of(seminar: Seminar, user) -> Wave | None:
    """The wave that asked its guests, with `answered`: how many have answered."""
    answered = Count("invitations", filter=Q(invitations__answered_at__isnull=False))
    return Wave.objects.visible_to(user).filter(seminar=seminar).annotate(answered=answered).first()
