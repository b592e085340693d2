"""Files that may tell of a person, for whoever erases: on the person's own record, of what the person took part in, of their companies."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from customers.models import Contact, Contract, Customer, Employment, Interaction, PlannedVisit
from customers.queries.person import companies_of, contacts_with_files, left_in_merged_files
from portcrm.accounts.models import User
from portcrm.clock import start_of_day
from portcrm.files.models import Attachment
from portcrm.files.owners import owner_of
from portcrm.files.searching import TextSearch

LOOKED_AT, SHOWN, MOST_COUNTED = 200, 50, 1_000  # of one group: the newest are looked at, those that name the person come first


@dataclass(frozen=True)
class LinkedFile:
    """`names`: the person stands in its name or its text; `read`: its text was looked through. `carrier`: the record it is on."""

    attachment: Attachment
    names: bool
    read: bool
    carrier: Model | None = None


@dataclass(frozen=True)
class FileGroup:
    """`count` of them there are, at least where `capped`."""

    title: str
    files: list[LinkedFile]
    count: int
    capped: bool

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.files)


def files_to_decide_on(contact: Contact, words: Iterable[str], user: User) -> list[FileGroup]:
    """What the user may see of them, by what links them to the person; groups without files are left out.

    `words` name the person. Only names of files and plain texts are searched for them.
    """
    rows, search = [contact, *left_in_merged_files(contact)], TextSearch(words)
    linked = (
        (_("On the person's own record: removed with the rest"), _own(rows, user)),
        (_("Of interactions and visits the person took part in"), _of_talks(rows, user)),
        (_("Of their companies and the contracts with them, added while the person was there"), _of_companies(contact, rows, user)),
    )
    groups = [_group(title, Attachment.objects.filter(which), search) for title, which in linked]
    return _with_carriers([group for group in groups if group.files], user)


def _group(title: str, files: QuerySet, search: TextSearch) -> FileGroup:
    newest = list(files.for_list().order_by("-created_at", "-pk")[: LOOKED_AT + 1])
    count = files.order_by().values("pk")[: MOST_COUNTED + 1].count() if len(newest) > LOOKED_AT else len(newest)
    found = sorted((_looked_into(one, search) for one in newest[:LOOKED_AT]), key=lambda one: not one.names)
    return FileGroup(title, found[:SHOWN], min(count, MOST_COUNTED), count > MOST_COUNTED)


def _looked_into(attachment: Attachment, search: TextSearch) -> LinkedFile:
    held = search.holds(attachment.stored)
    return LinkedFile(attachment, bool(held) or search.names(attachment.name), held is not None)


def _with_carriers(groups: list[FileGroup], user: User) -> list[FileGroup]:
    """The records the shown files are on, those of one kind together."""
    keys: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for one in group.files:
            keys[one.attachment.record].add(one.attachment.object_pk)
    found = {}
    for record, pks in keys.items():
        if owner := owner_of(record):
            found |= {(record, str(row.pk)): row for row in owner.visible(user).filter(pk__in=pks)}

    def carried(one: LinkedFile) -> LinkedFile:
        return replace(one, carrier=found.get((one.attachment.record, one.attachment.object_pk)))

    return [replace(group, files=[carried(one) for one in group.files]) for group in groups]


def _own(rows: Sequence[Contact], user: User) -> Q:
    return _on(contacts_with_files(user).filter(pk__in=[row.pk for row in rows]))


def _of_talks(rows: Sequence[Contact], user: User) -> Q:
    """A visit is reported by an interaction, and that carries the files."""
    visits = PlannedVisit.objects.visible_to(user).filter(contacts__in=rows, interaction__isnull=False)
    took_part = Q(contacts__in=rows) | Q(pk__in=visits.values("interaction"))
    return _on(Interaction.objects.visible_to(user).filter(took_part))


def _of_companies(contact: Contact, rows: Sequence[Contact], user: User) -> Q:
    found = Q(pk__in=())
    for company, times in _times_at_companies(contact, rows).items():
        files = _on(Customer.objects.visible_to(user).filter(pk=company))
        files |= _on(Contract.objects.visible_to(user).filter(customer=company))
        found |= files & _any_of(times, _added_within)
    return found


def _times_at_companies(contact: Contact, rows: Sequence[Contact]) -> dict[int, list[tuple[dt.date | None, dt.date | None]]]:
    """From when to when the person was at each company; of one known from the history alone nobody can tell."""
    times: dict[int, list] = defaultdict(list)
    for row in rows:
        times[row.customer_id].append((row.here_since, row.left_on))
    for company, *days in Employment.objects.filter(contact__in=rows).values_list("customer", "since", "until"):
        times[company].append(tuple(days))
    return {company: [(None, None)] for company in companies_of(contact)} | times


def _added_within(days: tuple[dt.date | None, dt.date | None]) -> Q:
    since, until = days
    found = Q(created_at__gte=start_of_day(since)) if since else Q()
    return found & Q(created_at__lt=start_of_day(until + dt.timedelta(days=1))) if until else found


def _any_of(things: Iterable, condition: Callable[..., Q]) -> Q:
    found = [condition(one) for one in things]
    if not all(found):  # one of them asks for nothing
        return Q()
    whole = Q(pk__in=())
    for one in found:
        whole |= one
    return whole


def _on(records: QuerySet) -> Q:
    """Files on these records; keys stand as texts in the table of files."""
    return Q(record=records.model._meta.label_lower, object_pk__in=records.order_by().values(text_key=Cast("pk", CharField())))
