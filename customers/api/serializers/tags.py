"""Tags, and the tags of one file."""

from rest_framework import serializers

from customers.models import Tag
from customers.services.tags import LONGEST, MOST_TAGS


class TagSerializer(serializers.ModelSerializer):
    """A word on customer files, and on how many of them it stands."""

    number = serializers.IntegerField(read_only=True)

    class Meta:
        model = Tag
        fields = ("id", "name", "number")
        read_only_fields = ("id",)
        validators = ()


class FileTagSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class SetTagsSerializer(serializers.Serializer):
    """Exactly these words stand on the file afterwards; those that do not exist yet are made."""

    names = serializers.ListField(child=serializers.CharField(max_length=2 * LONGEST), max_length=MOST_TAGS)
