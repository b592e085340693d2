from collections.abc import Iterable

from django.db import models

from portcrm.accounts.permissions import SEE_PEOPLE
from portcrm.accounts.roles import roles_with


class DepartmentQuerySet(models.QuerySet):
    def visible_to(self, user) -> "DepartmentQuerySet":
        """Departments are no secret among colleagues."""
        return self if user.is_authenticated and user.is_active else self.none()


class UserQuerySet(models.QuerySet):
    def visible_to(self, user) -> "UserQuerySet":
        """Who may see the people page sees everybody; anybody else sees themselves."""
        if user.has_perm(SEE_PEOPLE):
            return self
        return self.filter(pk=user.pk)

    def people(self) -> "UserQuerySet":
        """Colleagues, without the user that jobs and public forms act as."""
        return self.filter(is_system=False)

    def colleagues(self) -> "UserQuerySet":
        """Those work can be given to, by name. That they work here is no secret among colleagues; the people page tells more."""
        return self.people().active().order_by("name", "pk")

    def who_may(self, permission: str) -> "UserQuerySet":
        """Whose roles have this permission: nobody is given work they cannot open."""
        return self.filter(roles__overlap=roles_with(permission))

    def able(self, permission: str, *, held: Iterable[int | None] = ()) -> "UserQuerySet":
        """Those work that takes this permission can be given to, by name. Who has it now (`held`) stays on offer, also after
        leaving, so that the rest of a record can be changed."""
        may = models.Q(is_active=True, roles__overlap=roles_with(permission))
        kept = [key for key in held if key is not None]
        return self.people().filter(may | models.Q(pk__in=kept) if kept else may).order_by("name", "pk")

    def ever(self) -> "UserQuerySet":
        """Those a list can be narrowed to: who has left still stands on records, and comes after the others."""
        return self.people().order_by("-is_active", "name", "pk")

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def holding(self, role: str) -> "UserQuerySet":
        return self.filter(roles__contains=[role])

    def for_list(self) -> "UserQuerySet":
        return self.people().select_related("department")
