"""Forms of typing in: the code on the paper, by which way, when and in which language the answers came, and pairs as rows of numbers."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.models import Channel
from feedback.enums import TypedChannel
from feedback.forms.opinion import Card, FormPage
from feedback.models import Invitation, Item
from feedback.models.code import LENGTH, bare_code, is_code
from feedback.querysets import InvitationQuerySet
from feedback.services.answers import NOT_APPLICABLE, ReadAnswers, bare_number, read_answers
from feedback.services.codes import with_code
from portcrm.clock import port_date, port_today
from portcrm.files.kinds import ENDINGS
from portcrm.pages.forms import DateInput

ZERO = "0"  # typed for "not applicable", where 0 is no point of the scale


@dataclass
class Block:
    """Cards under one another: rows of one table where they are pairs of the same aspects (`rows`), else as on the public form."""

    cards: list[Card]
    rows: bool
    whole: bool = True

    @property
    def zero_is_taken(self) -> bool:
        """Whether any of its fields may be not applicable."""
        return any(takes_zero(question.item) for card in self.cards for question in card.questions)


def blocks_of(page: FormPage) -> list[Block]:
    """The cards of a page in their order, neighbouring pairs together."""
    groups = groupby(page.cards, key=lambda card: tuple(one.item.aspect for one in card.questions) if card.is_pair else ())
    return [Block(list(cards), rows=bool(aspects)) for aspects, cards in groups]


def takes_zero(item: Item) -> bool:
    return item.allows_na and 0 not in item.points


def read_typed(items: list[Item], raw: Mapping[str, str]) -> ReadAnswers:
    """Read what was typed in: scores of pairs are numbers, 0 where one is not applicable; a wrong one is told its scale."""
    rows = {item.key: item for item in items if item.about and item.is_scale}
    meant = {key: _meant(rows[key], text) if key in rows else text for key, text in raw.items()}
    read = read_answers(items, meant, longest=settings.LONGEST_OPINION_TEXT)
    read.problems |= {key: _scale_of(rows[key]) for key in read.problems if key in rows}
    return read


def _meant(item: Item, text: str) -> str:
    number = bare_number(text)
    return NOT_APPLICABLE if number == ZERO and takes_zero(item) else number


def _scale_of(item: Item) -> object:
    ends = {"low": item.minimum, "high": item.maximum}
    if takes_zero(item):
        return _("A number from %(low)s to %(high)s, or 0 for “not applicable”.") % ends
    return _("A number from %(low)s to %(high)s.") % ends


def first_open(items: Iterable[Item], raw: Mapping[str, str]) -> str:
    """The key of the first number nobody has typed yet."""
    keys = (key for item in items if item.is_split or (item.about and item.is_scale) for key in item.answer_keys)
    return next((key for key in keys if not raw.get(key, "").strip()), "")


class CodeForm(forms.Form):
    """A code as it stands on the paper, however it is typed; valid, it knows its `invitation`."""

    code = forms.CharField(
        label=_("Code of the form"), max_length=60, strip=True,
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Ten letters and digits at the foot of each page. Spaces, dashes and small letters do not matter."),
    )  # fmt: skip

    def __init__(self, *args, invitations: InvitationQuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitations, self.invitation = invitations, None

    def clean_code(self) -> str:
        bare = bare_code(self.cleaned_data["code"])
        if len(bare) != LENGTH:
            raise forms.ValidationError(
                _("A code has %(length)s letters and digits; these are %(number)s."), params={"length": LENGTH, "number": len(bare)}
            )
        if not is_code(bare):
            raise forms.ValidationError(_("One character is wrong or two have changed places. 0, O, 1, I and L stand in no code."))
        self.invitation = with_code(self.invitations, bare)
        if self.invitation is None:
            raise forms.ValidationError(_("No form carries this code."))
        return bare


class TakenForm(forms.Form):
    """How the answers came to us."""

    channel = forms.ChoiceField(label=_("Given by"), widget=forms.RadioSelect)
    taken_on = forms.DateField(label=_("Given on"), widget=DateInput(), help_text=_("The day on the paper, of the call or of the visit."))
    language = forms.ChoiceField(label=_("Language of the answers"), choices=settings.LANGUAGES)
    scan = forms.FileField(
        label=_("Scan or photograph of the paper"), required=False, widget=forms.FileInput({"accept": ",".join(ENDINGS)})
    )
    gaps = forms.BooleanField(label=_("The customer left this out: store the rest all the same"), required=False)

    def __init__(self, *args, invitation: Invitation, channel: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        if invitation.wave.is_anonymous:  # none of it may be kept
            for name in ("channel", "taken_on", "language", "scan"):
                del self.fields[name]
            return
        offered = Channel.objects.filter(key__in=TypedChannel.values, is_active=True)
        ordered = sorted(offered, key=lambda one: TypedChannel.values.index(one.key))
        self.fields["channel"].choices = [(one.key, one.label) for one in ordered]
        keys = [key for key, _label in self.fields["channel"].choices]
        self.initial |= {"channel": channel if channel in keys else TypedChannel.PAPER}
        self.initial |= {"taken_on": port_today(), "language": invitation.language}

    def clean_taken_on(self) -> dt.date:
        day = self.cleaned_data["taken_on"]
        if day > port_today():
            raise forms.ValidationError(_("This day has not come yet."))
        if day < port_date(self.invitation.wave.opens_at):
            raise forms.ValidationError(_("The wave had not begun on this day."))
        return day
