from rest_framework import serializers

from portcrm.accounts.models import Department, User


class DepartmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Department
        fields = ("id", "code", "name_zh", "name_en")


class PersonSerializer(serializers.ModelSerializer):
    """A colleague as other programs see them: no settings, nothing of the log-in."""

    class Meta:
        model = User
        fields = ("id", "name", "name_en", "email", "department", "roles", "is_active")
