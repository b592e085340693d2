"""Columns of a customer file and what they hold, as a reader sees them in their own language."""

from decimal import Decimal

from django.db.models import DecimalField, Model
from django.utils.functional import lazy

from customers.models import Customer
from portcrm.audit.labels import shown_value
from portcrm.pages.formats import DASH, number

FIELDS = {field.attname: field for field in Customer._meta.concrete_fields}


class FieldWords:
    """Looks rows behind keys (region, channel, colleague) up once each."""

    def __init__(self):
        self._related: dict[tuple[type[Model], object], object] = {}

    def label(self, column: str):
        return FIELDS[column].verbose_name

    def word(self, column: str, value: object):
        """The value, in whatever language it is read later."""
        field = FIELDS[column]
        if isinstance(field, DecimalField) and value not in (None, ""):  # as JSON holds it, or as a file has it
            return number(Decimal(str(value)), field.decimal_places)
        if field.is_relation and value is not None and (field.related_model, value) not in self._related:
            row = field.related_model._base_manager.filter(pk=value).first()
            if row is not None:
                self._related[field.related_model, value] = lazy(lambda: getattr(row, "label", None) or str(row), str)()
        return lazy(lambda: str(shown_value(field, value, self._related)) or DASH, str)()
