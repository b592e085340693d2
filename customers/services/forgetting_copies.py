"""Copies of customer files the frame keeps: what imports changed, what people were told, printed forms, names of files. They forget a
person too."""

from collections.abc import Collection, Iterator

from django.apps import apps
from django.db.models import Model, QuerySet

from customers.models import Customer, Interaction
from customers.queries.named_files import PLACES, files_of_companies, on_records
from customers.services.telling import KINDS
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, past_states, rewriting_history
from portcrm.audit.personal_data import Person
from portcrm.exchange.models import Forecast, ImportChange
from portcrm.files.models import Attachment
from portcrm.notices.models import Notice
from portcrm.pages.models import Shortcut
from portcrm.paper.services import drop_printouts

FILE_CARD, VISIT_REPORT, IMPORTER = "file-card", "visit-report", "customers"
OBSERVATIONS = "observations"  # the part of a file card with the profiles


@action("copies.forget")
def forget_copies(*, companies: Collection[int], person: Person, by: User) -> int:
    """Take the person out of the copies about these companies; printed forms of them are deleted. Returns how many it changed."""
    talks = Interaction.objects.filter(customer__in=companies).values_list("pk", flat=True)
    dropped = drop_printouts(kinds=[FILE_CARD], record_pks=companies, by=by) + drop_printouts(kinds=[VISIT_REPORT], record_pks=talks, by=by)
    changes = ImportChange.objects.filter(run__importer=IMPORTER, target__in=companies)
    forecasts = Forecast.objects.filter(run__importer=IMPORTER, target__in=companies)
    masked = sum(mask(rows, person.words) for rows in (changes, forecasts, *_notices(companies)))
    return dropped + masked + _forget_titles(companies, person)


@action("copies.forget")
def forget_printed_profiles(*, companies: Collection[int], by: User) -> int:
    """Delete file cards of these companies with the profiles in them. Returns how many."""
    return drop_printouts(kinds=[FILE_CARD], record_pks=companies, extra=OBSERVATIONS, by=by)


def _forget_titles(companies: Collection[int], person: Person) -> int:
    """Names of files, earlier ones too, and copies of titles in the sidebars; a firm keeps its name there as well."""
    of_files = files_of_companies(companies)
    masked = mask(Attachment.objects.filter(of_files), person.words, PLACES)
    with rewriting_history(Attachment):
        masked += mask(past_states(Attachment).filter(of_files), person.words, PLACES)
    kinds = set(Shortcut.objects.exclude(record=Customer._meta.label_lower).order_by().values_list("record", flat=True).distinct())
    pinned = Shortcut.objects.filter(on_records(companies, kinds, "target_pk"))
    return masked + mask(pinned, person.words, ("record", "target_pk", "url"))


def _notices(companies: Collection[int]) -> Iterator[QuerySet]:
    for kind in KINDS:
        if kind.record:
            keys = _rows_of(apps.get_model(kind.record), companies).values_list("pk", flat=True)
            yield Notice.objects.filter(kind=kind.key, record_pk__in=[str(key) for key in keys])


def _rows_of(model: type[Model], companies: Collection[int]) -> QuerySet:
    rows = model._base_manager
    return rows.filter(pk__in=companies) if model is Customer else rows.filter(customer__in=companies)
