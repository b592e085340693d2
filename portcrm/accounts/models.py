from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.roles import Role, permissions_of
from portcrm.bilingual import BilingualName, pick


class Department(BilingualName):
    code = models.SlugField(max_length=40, unique=True)

    class Meta:
        ordering = ("code",)


class UserManager(BaseUserManager):
    def create_user(self, *, email: str, password: str | None = None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Theme(models.TextChoices):
    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser):
    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=100)
    name_en = models.CharField(_("Name in English"), max_length=100, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="people")
    roles = ArrayField(models.CharField(max_length=30, choices=Role.choices), default=list, blank=True)
    language = models.CharField(_("Language"), max_length=10, default="zh-hans")
    theme = models.CharField(_("Theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    time_zone = models.CharField(_("Time zone"), max_length=50, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = ["name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return pick(self.name, self.name_en)

    def get_full_name(self) -> str:
        return self.label

    def get_all_permissions(self) -> frozenset[str]:
        return permissions_of(frozenset(self.roles)) if self.is_active else frozenset()

    def has_perm(self, perm: str, obj=None) -> bool:
        return obj is None and perm in self.get_all_permissions()

    def has_perms(self, perms, obj=None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)
