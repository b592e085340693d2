"""Ways opinions, complaints and suggestions reach us."""

from django.db.models import QuerySet

from customers.enums import ChannelFamily
from customers.models import Channel


def service_channels() -> QuerySet[Channel]:
    """Those in use, to choose from."""
    return Channel.objects.filter(family=ChannelFamily.SERVICE, is_active=True)
