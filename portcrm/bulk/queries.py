"""What the pages of a bulk change show."""

from collections.abc import Iterator

from django.forms import ModelChoiceField
from django.utils.datastructures import MultiValueDict

from portcrm.bilingual import enumerated
from portcrm.bulk.models import BulkRun
from portcrm.pages.formats import plain_text

REFUSALS_SHOWN = 50


def refusal_rows(run: BulkRun) -> Iterator[list[str]]:
    for refusal in run.refusals.all().iterator(chunk_size=1000):
        yield [refusal.label, refusal.sentence]


def answers_of(run: BulkRun) -> list[tuple[str, str]]:
    """Label and answer of what was filled in, as people read it."""
    if run.by_action is None:
        return []
    form = run.by_action.form(MultiValueDict(run.values), user=run.created_by)
    form.is_valid()
    given = [(form.fields[name], form.cleaned_data.get(name)) for name in form.fields]
    return [(str(field.label), _read(field, value)) for field, value in given if value not in (None, "", []) and str(value) != ""]


def _read(field, value) -> str:
    if isinstance(field, ModelChoiceField):
        return enumerated(field.label_from_instance(one) for one in (value if hasattr(value, "__iter__") else [value]))
    labels = {str(key): label for key, label in getattr(field, "choices", ())}
    chosen = value if isinstance(value, list) else [value]
    return enumerated(labels.get(str(one), plain_text(one)) for one in chosen)
