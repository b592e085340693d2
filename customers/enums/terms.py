"""Closed lists of contracts and prices."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContractKind(models.TextChoices):
    FRAMEWORK = "framework", _("Framework agreement")
    ANNUAL = "annual", _("Annual contract")
    SINGLE = "single", _("Single contract")
    LEASE = "lease", _("Lease of yard or warehouse")
    COOPERATION = "cooperation", _("Strategic cooperation agreement")
    SUPPLEMENT = "supplement", _("Supplementary agreement")
    OTHER = "other", pgettext_lazy("contract kind", "Other")


class ContractState(models.TextChoices):
    """Where a contract stands on a day; computed from its dates, never typed in."""

    COMING = "coming", pgettext_lazy("contract", "Not begun yet")
    IN_FORCE = "in_force", pgettext_lazy("contract", "In force")
    ENDED = "ended", pgettext_lazy("contract", "Ended")
    TERMINATED = "terminated", pgettext_lazy("contract", "Terminated")


class ServiceItem(models.TextChoices):
    """What the port charges for."""

    PORT_DUES = "port_dues", _("Port dues on cargo")
    HANDLING = "handling", _("Handling, all inclusive")
    STORAGE = "storage", pgettext_lazy("service item", "Storage")
    BERTHING = "berthing", _("Berthing")
    PILOTAGE = "pilotage", _("Pilotage and shifting")
    TOWAGE = "towage", _("Towage")
    TALLY = "tally", _("Tally")
    DRAYAGE = "drayage", _("Drayage and shuttle")
    STUFFING = "stuffing", _("Stuffing and stripping")
    REEFER = "reefer", _("Reefer plug and monitoring")
    OTHER = "other", pgettext_lazy("service item", "Other")


class PriceUnit(models.TextChoices):
    TONNE = "tonne", _("per tonne")
    CUBIC_METRE = "cubic_metre", _("per cubic metre")
    TEU = "teu", _("per TEU")
    BOX_20 = "box_20", _("per 20-foot container")
    BOX_40 = "box_40", _("per 40-foot container")
    UNIT = "unit", _("per vehicle or piece")
    TONNE_DAY = "tonne_day", _("per tonne and day")
    BOX_DAY = "box_day", _("per container and day")
    LOT = "lot", _("per lot")
    CALL = "call", _("per call of a ship")
    MONTH = "month", _("per month")
