"""How often the options of a wave's choices were taken, as a reader may see it."""

from collections import defaultdict
from dataclasses import dataclass

from feedback.analysis.disclosure import hidden_groups
from feedback.models import Item, OptionResult, Wave
from feedback.queries.disclosure import reads_answers_of, shown_result
from feedback.queries.rules import fewest_shown


@dataclass(frozen=True)
class OptionRow:
    """`figures` is None where so few took it that it could be told who."""

    label: str
    figures: OptionResult | None

    @property
    def chosen(self) -> str:
        """What the filter of answers knows the option by; nothing where it is hidden."""
        return f"{self.figures.option.item.key}.{self.figures.option.key}" if self.figures else ""


@dataclass(frozen=True)
class Choice:
    """One question and its options in the order of the form; `answered`: how many people answered it."""

    item: Item
    answered: int
    rows: list[OptionRow]


def choices(user, wave: Wave) -> list[Choice]:
    """What this reader may see; a question too few answered is left out for whoever may not read answers."""
    result = shown_result(user, wave)
    found: dict[Item, list[OptionResult]] = defaultdict(list)
    for one in result.options.select_related("option__item") if result else ():
        found[one.option.item].append(one)
    least = 0 if reads_answers_of(user, wave) else fewest_shown(wave)
    return [_choice(item, ones, least) for item, ones in found.items() if ones[0].answered >= least]


def _choice(item: Item, ones: list[OptionResult], least: int) -> Choice:
    hidden = hidden_groups({str(one.pk): one.n for one in ones}, least)
    return Choice(item, ones[0].answered, [OptionRow(one.option.text, None if str(one.pk) in hidden else one) for one in ones])
