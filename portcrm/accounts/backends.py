"""Permissions from roles, without a query."""

from django.contrib.auth.backends import ModelBackend

from portcrm.accounts.roles import permissions_of


class RoleBackend(ModelBackend):
    """Answers has_perm from the user's role keys; log-in itself is ModelBackend's."""

    def get_all_permissions(self, user_obj, obj=None) -> frozenset[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return frozenset()
        return permissions_of(frozenset(user_obj.roles))

    def has_perm(self, user_obj, perm, obj=None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)
