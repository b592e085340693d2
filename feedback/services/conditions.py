"""Questions that are asked only after a certain answer to an earlier one."""

from collections.abc import Iterable, Mapping

from feedback.enums import ItemKind
from feedback.models import Item


def is_met(item: Item, answers: Mapping) -> bool:
    """Whether the answers lead to the item; one without a condition is always asked.

    `answers` by item key: a score, an option, a list of options, or "na", which leads nowhere.
    """
    if not item.only_if:
        return True
    value = answers.get(item.only_if)
    if item.only_if_option:
        return item.only_if_option in (value if isinstance(value, list) else [value])
    if not isinstance(value, int):
        return False
    enough = item.only_if_at_least is None or value >= item.only_if_at_least
    return enough and (item.only_if_at_most is None or value <= item.only_if_at_most)


def asked(items: Iterable[Item], answers: Mapping) -> list[Item]:
    """The items, in the order of the form, that the answers lead to; what was said to one that is not asked leads nowhere."""
    found, counting = [], dict(answers)
    for item in items:
        if is_met(item, counting):
            found.append(item)
        else:
            counting.pop(item.key, None)
    return found


def texts_out_of_place(items: Iterable[Item], answers: Mapping) -> list[Item]:
    """Questions with a written answer that, after the other answers, are not asked."""
    items = list(items)
    kept = of_what_is_asked(items, answers)
    return [item for item in items if item.kind == ItemKind.COMMENT and item.key in answers and item.key not in kept]


def of_what_is_asked(items: Iterable[Item], answers: Mapping) -> dict:
    """The answers without those to items that are not asked after all."""
    items = list(items)
    hidden = {item.key for item in items} - {item.key for item in asked(items, answers)}
    return {key: value for key, value in answers.items() if key.partition(".")[0] not in hidden}
