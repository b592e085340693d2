"""A filter by a colleague, the same in every list."""

import django_filters

from portcrm.accounts.models import User


class ColleagueField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return person.label_in_lists


class ColleagueFilter(django_filters.ModelChoiceFilter):
    """Everybody who may stand on a record, those who have left last and marked as such: their records are looked for as well."""

    field_class = ColleagueField

    def __init__(self, *args, **options):
        options.setdefault("queryset", User.objects.ever())
        super().__init__(*args, **options)
