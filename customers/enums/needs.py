"""What weighs on the mind of a customer."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Matter(models.TextChoices):
    """What shippers have in mind: the outline's nine concerns, then its eight service needs."""

    FREIGHT_PAYMENT = "freight_payment", pgettext_lazy("concern", "Freight payment")
    COST_ACCOUNTING = "cost_accounting", pgettext_lazy("concern", "Cost accounting")
    WAY_INTO_PORT = "way_into_port", pgettext_lazy("concern", "Cargo's way into port")
    CONTAINER_SUPPLY = "container_supply", pgettext_lazy("concern", "Container supply")
    INSPECTION_CLEARANCE = "inspection_clearance", pgettext_lazy("concern", "Inspection and clearance")
    SCHEDULE_PUNCTUALITY = "schedule_punctuality", pgettext_lazy("concern", "Schedule punctuality")
    TRANSSHIPMENT = "transshipment", pgettext_lazy("concern", "Timely transshipment")
    COMPETENCE = "competence", pgettext_lazy("concern", "Overall professional competence")
    CARGO_SAFETY = "cargo_safety", pgettext_lazy("concern", "Overall cargo safety")
    FREIGHT_RATE = "freight_rate", pgettext_lazy("service need", "Freight rate")
    TRANSPORT_RELIABILITY = "transport_reliability", pgettext_lazy("service need", "Transport reliability")
    DELIVERY_TIME = "delivery_time", pgettext_lazy("service need", "Delivery time")
    DOOR_TO_DOOR = "door_to_door", pgettext_lazy("service need", "Door-to-door service")
    CARGO_QUALITY = "cargo_quality", pgettext_lazy("service need", "Cargo quality")
    CUSTOMS_EFFICIENCY = "customs_efficiency", pgettext_lazy("service need", "Customs clearance efficiency")
    EDI_LEVEL = "edi_level", pgettext_lazy("service need", "EDI level")
    CARGO_NETWORK = "cargo_network", pgettext_lazy("service need", "Cargo network")


CONCERNS = tuple(Matter)[:9]


SERVICE_NEEDS = tuple(Matter)[9:]


class Side(models.TextChoices):
    """Of what a score from 1 to 5 speaks."""

    WEIGHT = "weight", pgettext_lazy("need", "Weight for the customer")
    DELIVERED = "delivered", pgettext_lazy("need", "What we deliver")
