"""Live figures of a wave, and stored ones over waves."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from feedback.enums import ItemKind, WaveState
from feedback.models import Draft, Invitation, ItemResult, OptOut, Programme, Reminder, Wave
from feedback.queries.disclosure import disclosed, shown_items, shown_result

ON_PAPER = Q(address="")  # no mail goes there; the form is printed
WAITING = Q(mail=None) & ~ON_PAPER & ~Q(wave__state=WaveState.CLOSED) | Q(mail__state__in=("waiting", "sending"))
# Held back, too late, or the wave was closed before the mail was written.
NOT_SENT = Q(mail=None, wave__state=WaveState.CLOSED) & ~ON_PAPER | Q(mail__state__in=("withheld", "expired"))


DECLINED = Q(declined_at__isnull=False, answered_at=None)  # an answer given after all counts as an answer


@dataclass(frozen=True)
class WaveFigures:
    """Counts of one wave at this moment. The mail figures add up to `invited`; the others tell what people did."""

    invited: int
    waiting: int
    sent: int
    uncertain: int
    failed: int
    bounced: int
    not_sent: int
    on_paper: int
    opened: int
    partial: int
    reminded: int
    answered: int
    declined: int
    opted_out: int
    skipped: int

    @property
    def again(self) -> int:
        """Mails that a person may send once more."""
        return self.uncertain + self.failed

    @property
    def written(self) -> int:
        """Mails whose outcome is settled."""
        return self.by_mail - self.waiting

    @property
    def by_mail(self) -> int:
        """Who is asked by mail; the others get a printed form."""
        return self.invited - self.on_paper


def live_figures(wave: Wave) -> WaveFigures:
    """Count a wave's invitations by what happened to their mail and their form, in two queries."""
    drafts = Draft.objects.filter(invitation=OuterRef("pk")).exclude(answers={})
    said_no = OptOut.objects.filter(invitation=OuterRef("pk"))
    counts = (
        Invitation.objects.filter(wave=wave)
        .annotate(drafted=Exists(drafts), said_no=Exists(said_no), was_reminded=Exists(Reminder.objects.filter(invitation=OuterRef("pk"))))
        .aggregate(
            invited=Count("pk"),
            waiting=Count("pk", filter=WAITING),
            sent=Count("pk", filter=Q(mail__state="sent")),
            uncertain=Count("pk", filter=Q(mail__state="uncertain")),
            failed=Count("pk", filter=Q(mail__state="failed")),
            bounced=Count("pk", filter=Q(mail__state="bounced")),
            not_sent=Count("pk", filter=NOT_SENT),
            on_paper=Count("pk", filter=ON_PAPER),
            opened=Count("pk", filter=Q(opened_at__isnull=False)),
            partial=Count("pk", filter=Q(drafted=True, answered_at=None, declined_at=None)),
            reminded=Count("pk", filter=Q(was_reminded=True)),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
            declined=Count("pk", filter=DECLINED),
            opted_out=Count("pk", filter=Q(said_no=True)),
        )
    )
    return WaveFigures(**counts, skipped=wave.skips.count())


FIRST_ANSWERS = 5  # of a running wave; the first one alone would stand for all customers
SPEAKING = Q(state=WaveState.CLOSED) | Q(result__responses__gte=FIRST_ANSWERS)


def newest_counted(user) -> Wave | None:
    """The latest wave whose stored result speaks: it is over, or its first answers are in. Without one, the latest answered."""
    wave = counted(user).annotate(speaks=Q(SPEAKING)).order_by("-speaks", "-opens_at", "-pk").first()
    if wave is not None:
        shown_result(user, wave)
    return wave


def rated_items(user, wave: Wave) -> list[ItemResult]:
    """The stored means of a wave's items, best first, each by its own scale."""
    return sorted(shown_items(user, wave).filter(item__kind=ItemKind.RATING), key=lambda one: (-one.height, one.item.position))


def trend(user, programme: Programme, *, limit: int = 12) -> list[Wave]:
    """The programme's latest waves whose stored result speaks, oldest first; all answered ones where none does.

    Of one programme only: another asks other people, and the difference would be theirs.
    """
    answered = _with_figures(user).filter(programme=programme)
    waves = list(answered.annotate(speaks=Q(SPEAKING)).order_by("-opens_at", "-pk")[:limit])
    found = ([wave for wave in waves if wave.speaks] or waves)[::-1]
    for wave in found:
        shown_result(user, wave)
    return found


def counted(user) -> QuerySet[Wave]:
    """Waves of customers with answers in their stored result, as far as this reader may see figures of them: what our own people
    say is told on the pages of their waves, and mixed with nothing."""
    return _with_figures(user).of_customers()


def _with_figures(user) -> QuerySet[Wave]:
    found = Wave.objects.visible_to(user).filter(disclosed(user), result__responses__gt=0)
    return found.select_related("result", "programme")
