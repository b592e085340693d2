"""Dates of the office calendar as programs read them."""

from rest_framework import serializers

from customers.models import OfficeDay


class OfficeDaySerializer(serializers.ModelSerializer):
    """A date that differs from the week and the public calendar: `closed`, worked for the `usual` hours, or for the `hours` given."""

    class Meta:
        model = OfficeDay
        fields = read_only_fields = ("id", "day", "kind", "hours", "reason")
