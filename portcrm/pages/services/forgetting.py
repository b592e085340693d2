"""Saved views may search for a person: by what names them and nobody else, so a name others bear too tells of no one."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import neutral_word, pattern_of
from portcrm.audit.personal_data import Holding, Person
from portcrm.pages.models import SavedView

SEPARATORS = r"\s,，、;；|/·()（）\"“”"
BETWEEN = re.compile(f"[{SEPARATORS}]+")
NUMBER_LENGTH = 7  # digits; what is shorter is an extension many have
NAME_LENGTH = SavedView._meta.get_field("name").max_length


@dataclass(frozen=True)
class Traces:
    """Tells what in a view means one person."""

    person: Person

    @cached_property
    def _pattern(self) -> re.Pattern:
        return re.compile(pattern_of((*self.person.addresses, *self.person.numbers)) or "(?!)", re.IGNORECASE)

    @cached_property
    def _numbers(self) -> set[str]:
        return {digits for number in self.person.numbers if len(digits := _digits(number)) >= NUMBER_LENGTH}

    def search(self, value: str) -> bool:
        """Words looked for: a name between spaces, an address anywhere, a number however it is grouped."""
        words = f" {BETWEEN.sub(' ', value.casefold())} "
        named = any(f" {BETWEEN.sub(' ', name.casefold())} " in words for name in self.person.sole_names)
        return named or bool(self._pattern.search(value)) or _digits(value) in self._numbers

    def title(self, name: str, *, searched: bool) -> str:
        """The name of a view without the person; `searched`: the view searches for the person, so it is called after nobody else.

        Else a name counts between separators, as in a search, and within a word only where no longer name has it in it.
        """
        names = self.person.sole_names if searched else self.person.plain_names
        anywhere = pattern_of((*self.person.addresses, *self.person.numbers, *names))
        alone = [f"(?<![^{SEPARATORS}]){re.escape(one)}(?![^{SEPARATORS}])" for one in self.person.sole_names]
        pattern = "|".join(filter(None, [anywhere, *alone]))
        return re.sub(pattern, neutral_word(), name, flags=re.IGNORECASE)[:NAME_LENGTH] if pattern else name

    def query(self, query: str) -> str:
        """What a view asks for without what asks for the person; the same text where nothing does."""
        asked = parse_qsl(query, keep_blank_values=True)
        kept = [(name, value) for name, value in asked if not self.search(value)]
        return query if len(kept) == len(asked) else urlencode(kept)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


def views_naming(person: Person) -> list[Holding]:
    """Saved views that search for the person or are called after them."""
    told = [
        {_("Name of the view"): view.name, _("By"): view.owner.label, _("Search"): _asked(view)} for view, *_new in _with_traces(person)
    ]
    return [Holding(_("Saved views"), told)]


@action("views.erase")
def erase_from_views(*, person: Person, by: User) -> int:
    """Take the person out of what saved views search for and are called; the views stay with their owners."""
    found = list(_with_traces(person))
    for view, name, query in found:
        SavedView.objects.filter(pk=view.pk).update(name=_free_name(view, name), query=query)
    return len(found)


def _with_traces(person: Person):
    """(view, its name and its query without the person): an address spells words in several ways, so each is read; there are few."""
    traces = Traces(person)
    for view in SavedView.objects.select_related("owner").order_by("pk").iterator(chunk_size=500):
        query = traces.query(view.query)
        name = traces.title(view.name, searched=query != view.query)
        if (name, query) != (view.name, view.query):
            yield view, name, query


def _asked(view: SavedView) -> str:
    return " · ".join(f"{name}={value}" for name, value in parse_qsl(view.query))


def _free_name(view: SavedView, name: str) -> str:
    """The name, numbered where its owner has a view of that name by now."""
    others = SavedView.objects.filter(record=view.record, owner=view.owner_id).exclude(pk=view.pk)
    taken, number, free = set(others.values_list("name", flat=True)), 1, name
    while free in taken:
        number += 1
        free = f"{name[: NAME_LENGTH - len(str(number)) - 1]} {number}"
    return free
