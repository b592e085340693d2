from rest_framework.permissions import BasePermission


class HoldsNamedPermission(BasePermission):
    """The view names a permission for each of its actions; an action it does not name is closed."""

    def has_permission(self, request, view) -> bool:
        name = view.permissions.get(view.action)
        return bool(name) and request.user.is_authenticated and request.user.has_perm(name)
