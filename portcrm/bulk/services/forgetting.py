"""What is kept of bulk changes may name a person: the search that chose the rows, a note, the label of a row that was refused."""

from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, naming, pattern_of
from portcrm.audit.personal_data import Holding, Person
from portcrm.bulk.models import BulkRefusal, BulkRun


def chosen_by(person: Person) -> list[Holding]:
    """Searches by an address or a number of the person whose results somebody changed."""
    return [Holding(_("Bulk changes"), [{_("Search"): run.query} for run in _runs(person)])]


@action("bulk.erase")
def erase_from_bulk(*, person: Person, by: User) -> int:
    """Take the person out of the runs and refusals that name them by an address or a number; what was changed stays."""
    pattern = pattern_of((*person.addresses, *person.numbers))
    refusals = BulkRefusal.objects.filter(naming(BulkRefusal, pattern)) if pattern else BulkRefusal.objects.none()
    runs = BulkRun.objects.filter(pk__in=[run.pk for run in _runs(person)])
    return mask(runs, as_addresses_write(person.words)) + mask(refusals, person.words)


def _runs(person: Person):
    pattern = pattern_of(as_addresses_write((*person.addresses, *person.numbers)))
    return BulkRun.objects.filter(naming(BulkRun, pattern)).order_by("pk") if pattern else BulkRun.objects.none()


def as_addresses_write(words: Iterable[str]) -> tuple[str, ...]:
    """The words, and how the query of an address spells them."""
    return tuple(dict.fromkeys(form for word in words for form in (word, quote(word), quote_plus(word))))
