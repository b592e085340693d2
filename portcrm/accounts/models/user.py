from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.enums import Language, Theme
from portcrm.accounts.models.department import Department
from portcrm.accounts.querysets import UserQuerySet
from portcrm.accounts.roles import Role, permissions_of
from portcrm.audit.history import tracked
from portcrm.bilingual import pick
from portcrm.choices import known


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, *, email: str, password: str | None = None, **fields):
        """Store a user; without a password nobody can log in as them until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str):
        return self.get(email=email.strip().lower())


@tracked(exclude=("password", "last_login"))
class User(AbstractBaseUser):
    """A colleague. The e-mail address is the log-in; what they may do follows from their roles alone."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Full name"), max_length=100)
    name_en = models.CharField(_("Full name in English"), max_length=100, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("Department"))
    roles = ArrayField(models.CharField(max_length=30, choices=Role.choices), default=list, blank=True, verbose_name=_("Roles"))
    language = models.CharField(_("Language"), max_length=10, choices=Language.choices, default=Language.CHINESE)
    theme = models.CharField(_("Theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    time_zone = models.CharField(_("Time zone"), max_length=50, blank=True)  # empty: the port's
    is_active = models.BooleanField(_("Account open"), default=True)
    is_system = models.BooleanField(_("Account of the system"), default=False, editable=False)
    date_joined = models.DateTimeField(_("Since"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = ["name"]

    class Meta:
        verbose_name = _("Person")
        verbose_name_plural = _("People")
        constraints = [
            *known("user", language=Language, theme=Theme),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_of_a_user_is_in_small_letters"),
            models.CheckConstraint(condition=models.Q(roles__contained_by=list(Role.values)), name="roles_of_a_user_are_known"),
            models.CheckConstraint(condition=models.Q(is_system=False) | models.Q(is_active=False), name="system_user_cannot_log_in"),
        ]
        indexes = [models.Index(fields=("name", "id"), name="user_by_name")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return pick(self.name, self.name_en)

    @property
    def label_in_lists(self) -> str:
        """The name as a list offers it to be narrowed to: it says who has left."""
        return self.label if self.is_active else gettext("%(name)s (account closed)") % {"name": self.label}

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Names of everything this user may do; no query."""
        return permissions_of(frozenset(self.roles)) if self.is_active else frozenset()

    def get_full_name(self) -> str:
        return self.label

    def get_short_name(self) -> str:
        return self.label

    def get_all_permissions(self, obj=None) -> frozenset[str]:
        return self.permissions

    def has_perm(self, perm: str, obj=None) -> bool:
        """Whether a role of this user has the permission. Which rows it covers is for visible_to(user) to say."""
        return perm in self.permissions

    def has_perms(self, perms, obj=None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return any(name.startswith(f"{app_label}.") for name in self.permissions)
