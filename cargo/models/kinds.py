"""The kinds that every row of handled cargo names by its code: how it is handled, and whose trade it is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.enums import Direction
from cargo.models.reference import KeptEntry
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName


class KindEntry(KeptEntry, BilingualName):
    """A kind that every row of handled cargo names by its code, and what else files write for it."""

    code = models.CharField(_("Code"), max_length=12, primary_key=True)
    aliases = ArrayField(models.CharField(max_length=40), verbose_name=_("Also written as"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("Order"), default=100)

    class Meta:
        abstract = True
        ordering = ("position", "code")


@tracked()
class CargoForm(KindEntry):
    """How cargo is handled: as liquid, dry or break bulk, in containers, on wheels, or in a form the port added."""

    list_key = "forms"

    takes_teu = models.BooleanField(
        _("May have TEU"), default=False, help_text=_("Rows of other forms that give TEU are refused by an import: one of the two is wrong")
    )


@tracked()
class TradeKind(KindEntry):
    """Whose trade it is: foreign, domestic, or a kind the port added. Which way cargo goes is a movement."""

    list_key = "trades"


TRANSSHIPMENT = "transship"
MOVEMENTS = (*Direction.values, TRANSSHIPMENT)


@tracked()
class Movement(KindEntry):
    """Which way cargo goes: in, out, or on from one ship to another. The program counts by these three, so there are no others and
    they keep their names; the port keeps what files write for them."""

    list_key = "movements"

    class Meta(KindEntry.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(code__in=MOVEMENTS), name="movement_code_is_known"),
            models.CheckConstraint(condition=models.Q(is_active=True), name="movement_stays_in_use"),
        ]


def form_key(*, db_constraint: bool = False, **options) -> models.ForeignKey:
    """The code of a cargo form. `db_constraint` for tables whose rows are few; entries are never deleted."""
    return models.ForeignKey(
        CargoForm,
        models.PROTECT,
        db_column="form",
        db_index=False,
        db_constraint=db_constraint,
        related_name="+",
        verbose_name=_("Cargo form"),
        **options,
    )


def trade_key(*, db_constraint: bool = False, **options) -> models.ForeignKey:
    """The code of a trade kind, likewise."""
    return models.ForeignKey(
        TradeKind,
        models.PROTECT,
        db_column="trade_kind",
        db_index=False,
        db_constraint=db_constraint,
        related_name="+",
        verbose_name=_("Trade"),
        **options,
    )
