import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import Department, User
from portcrm.accounts.roles import Role


class PersonFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Full name or e-mail"), method="filter_words")
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices, method="filter_role")
    department = django_filters.ModelChoiceFilter(label=_("Department"), queryset=Department.objects.all())
    is_active = django_filters.BooleanFilter(label=_("Account open"))

    class Meta:
        model = User
        fields = ("q", "role", "department", "is_active")

    def filter_words(self, rows, _name: str, words: str):
        return rows.filter(Q(name__icontains=words) | Q(name_en__icontains=words) | Q(email__icontains=words))

    def filter_role(self, rows, _name: str, role: str):
        return rows.holding(role)
