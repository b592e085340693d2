"""A body with a name no field has is refused, not half heeded."""

import pytest
from django.utils.translation import override
from rest_framework import serializers
from rest_framework.test import APIClient

from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.api.reading import read

UNKNOWN = ["There is no such field."]


class LineSerializer(serializers.Serializer):
    number = serializers.IntegerField(required=False)
    told = serializers.CharField(read_only=True)


class OrderSerializer(serializers.Serializer):
    name = serializers.CharField(required=False)
    made_at = serializers.DateTimeField(read_only=True)
    first = LineSerializer(required=False)
    lines = LineSerializer(many=True, required=False)


def refusal_of(sent) -> dict:
    with override("en"), pytest.raises(serializers.ValidationError) as refusal:
        read(OrderSerializer(data=sent))
    return refusal.value.detail


def test_every_unknown_name_is_told():
    assert refusal_of({"nmae": "a", "name": "b", "x": 1}) == {"nmae": UNKNOWN, "x": UNKNOWN}


def test_an_unknown_name_is_told_together_with_a_wrong_value():
    assert refusal_of({"lines": [{"number": "many"}], "x": 1}) == {"lines": {0: {"number": ["A valid integer is required."]}}, "x": UNKNOWN}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"first": {"numbre": 1}}, {"first": {"numbre": UNKNOWN}}),
        ({"lines": [{"number": 1}, {"numbre": 1}]}, {"lines": {1: {"numbre": UNKNOWN}}}),
    ],
)
def test_an_unknown_name_within_a_row_of_a_row_is_told_where_it_stands(sent, told):
    assert refusal_of(sent) == told


def test_a_body_that_is_no_object_is_refused_as_before():
    assert list(refusal_of(["name"])) == ["non_field_errors"]


def test_what_is_only_told_may_be_sent_back():
    sent = {"name": "a", "made_at": "2026-01-01T00:00:00Z", "lines": [{"number": 1, "told": "x"}]}

    assert read(OrderSerializer(data=sent)) == {"name": "a", "lines": [{"number": 1}]}


@pytest.mark.django_db
def test_the_document_says_so():
    client = APIClient()
    client.force_login(make_user(Role.MARKETING))

    document = client.get("/api/schema/?format=json").content.decode()

    assert "A body with a name that is not among the fields of its request is refused with 400" in document
