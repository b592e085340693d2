from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission


class HoldsNamedPermission(BasePermission):
    """The view names a permission for each of its actions; an action it does not name is closed."""

    def has_permission(self, request, view) -> bool:
        if not request.user.is_authenticated:
            return False
        if view.action is None:  # the endpoint has no such method, for nobody: "you may not" would send people after a permission
            raise MethodNotAllowed(request.method)
        name = view.permissions.get(view.action)
        return bool(name) and request.user.has_perm(name)
