from django.contrib.auth.models import BaseUserManager
from django.db import models

from portcrm.accounts.permissions import SEE_PEOPLE


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

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def holding(self, role: str) -> "UserQuerySet":
        return self.filter(roles__contains=[role])

    def for_list(self) -> "UserQuerySet":
        return self.people().select_related("department")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, *, email: str, password: str | None = None, **fields):
        """Store a user; without a password nobody can log in as them until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str):
        return self.get(email=email.strip().lower())
