"""Live figures of a wave, and stored ones over waves."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from feedback.enums import WaveState
from feedback.models import Draft, Invitation, ItemResult, OptOut, Reminder, Wave, WaveResult

WAITING = Q(mail=None) & ~Q(wave__state=WaveState.CLOSED) | Q(mail__state__in=("waiting", "sending"))
# Held back, too late, or the wave was closed before the mail was written.
NOT_SENT = Q(mail=None, wave__state=WaveState.CLOSED) | Q(mail__state__in=("withheld", "expired"))


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
    opened: int
    partial: int
    reminded: int
    answered: int
    opted_out: int
    skipped: int

    @property
    def again(self) -> int:
        """Mails that a person may send once more."""
        return self.uncertain + self.failed

    @property
    def written(self) -> int:
        """Mails whose outcome is settled."""
        return self.invited - self.waiting


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
            opened=Count("pk", filter=Q(opened_at__isnull=False)),
            partial=Count("pk", filter=Q(drafted=True, answered_at=None)),
            reminded=Count("pk", filter=Q(was_reminded=True)),
            answered=Count("pk", filter=Q(answered_at__isnull=False)),
            opted_out=Count("pk", filter=Q(said_no=True)),
        )
    )
    return WaveFigures(**counts, skipped=wave.skips.count())


FIRST_ANSWERS = 5  # of a running wave; the first one alone would stand for all customers
SPEAKING = Q(state=WaveState.CLOSED) | Q(result__responses__gte=FIRST_ANSWERS)


def newest_counted(user) -> Wave | None:
    """The latest wave whose stored result speaks: it is over, or its first answers are in. Without one, the latest answered."""
    counted = Wave.objects.visible_to(user).filter(result__responses__gt=0).select_related("result")
    return counted.annotate(speaks=Q(SPEAKING)).order_by("-speaks", "-opens_at", "-pk").first()


def rated_items(result: WaveResult) -> list[ItemResult]:
    """The stored means of a wave's items, best first."""
    return list(result.items.exclude(mean=None).select_related("item").order_by("-mean", "item__position"))


def trend(user, *, limit: int = 12) -> list[Wave]:
    """The latest waves whose stored result speaks, oldest first; all answered ones where none does."""
    answered = Wave.objects.visible_to(user).filter(result__responses__gt=0).select_related("result")
    waves = list(answered.annotate(speaks=Q(SPEAKING)).order_by("-opens_at", "-pk")[:limit])
    return ([wave for wave in waves if wave.speaks] or waves)[::-1]
