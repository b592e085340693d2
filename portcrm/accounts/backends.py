"""Log-in by e-mail address, permissions from roles without a query."""

from django.contrib.auth.backends import ModelBackend

from portcrm.accounts.models import User
from portcrm.prepared import Place, Prepared

WHO_ASKS = Prepared(lambda nobody: User.objects.filter(pk=Place("user")))


class RoleBackend(ModelBackend):
    """Answers from the user's role keys. Logging in is ModelBackend's: same time for a wrong password and a wrong address."""

    def get_all_permissions(self, user_obj, obj=None) -> frozenset[str]:
        return user_obj.permissions if isinstance(user_obj, User) and obj is None else frozenset()

    def has_perm(self, user_obj, perm: str, obj=None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def get_user(self, user_id: int) -> User | None:
        user = WHO_ASKS.first(None, user=user_id)
        return user if user and self.user_can_authenticate(user) else None
