"""Form fields for choosing one record out of very many: the browser asks for matches while someone types.

    customer = RecordChoiceField(queryset=Customer.objects.none(), source="customers", label=_("Customer"))
    # in __init__: self.fields["customer"].queryset = Customer.objects.visible_to(user)

`source` is the key of a registered SearchSource whose hits carry `pk`. Only the chosen record is written into the page.
"""

from django.forms import ModelChoiceField, Select
from django.urls import reverse_lazy


class RecordSelect(Select):
    """A select that holds the chosen option only and fetches others from its source."""

    def __init__(self, *, source: str, attrs=None):
        super().__init__({"data-record-select": reverse_lazy("pages:choices", args=[source])} | (attrs or {}))

    def optgroups(self, name, value, attrs=None):
        chosen = [word for word in value if word]
        if chosen and hasattr(self.choices, "queryset"):
            field = self.choices.field
            key = field.to_field_name or "pk"
            rows = self.choices.queryset.filter(**{f"{key}__in": [word for word in chosen if word.isdecimal()]})
            options = [(field.prepare_value(row), field.label_from_instance(row)) for row in rows]
        else:
            options = []
        if not self.is_required:
            options.insert(0, ("", ""))
        return [
            (None, [self.create_option(name, key, label, str(key) in value, index)], index) for index, (key, label) in enumerate(options)
        ]


class RecordChoiceField(ModelChoiceField):
    def __init__(self, queryset, *, source: str, **options):
        options.setdefault("widget", RecordSelect(source=source))
        super().__init__(queryset, **options)
