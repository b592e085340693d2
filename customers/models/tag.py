"""Tags: short words a department keeps together to find files again by. One word in any language, so there is no second name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models.customer import Customer
from customers.querysets import CustomerPartQuerySet, TagQuerySet
from portcrm.audit.history import tracked


@tracked()
class Tag(models.Model):
    """A word that may stand on any number of customer files. Renaming it renames it everywhere."""

    name = models.CharField(_("Tag"), max_length=30)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_tag_is_a_word", violation_error_message=_("A tag needs a word.")),
            models.UniqueConstraint(Lower("name"), name="a_tag_exists_once"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(part_of="customer")
class CustomerTag(models.Model):
    """This word stands on this file. A row of its own and not a list on the customer: who put it there is history of the file,
    renaming touches one row, and a file of a million others is found by the index."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tag_links", verbose_name=_("Customer"))
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="links", verbose_name=_("Tag"), db_index=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))
    added_on = models.DateField(pgettext_lazy("tag", "Since"))

    objects = CustomerPartQuerySet.as_manager()

    class Meta:
        ordering = ("tag", "pk")
        constraints = [models.UniqueConstraint(fields=("tag", "customer"), name="a_tag_stands_on_a_customer_once")]

    def __str__(self) -> str:
        return str(self.tag)
