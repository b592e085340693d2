from django.db import models
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.querysets import DepartmentQuerySet
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName


@tracked()
class Department(BilingualName):
    code = models.SlugField(_("Code"), max_length=40, unique=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Department")
        verbose_name_plural = _("Departments")
        ordering = ("code",)
