"""Customers and contacts for programs: the rows, filters, permissions and services of the pages."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from customers import permissions
from customers.api.serializers.customers import ContactSerializer, CustomerSerializer, RelationSerializer
from customers.api.serializers.seen import DaySerializer, MatterSerializer
from customers.api.serializers.tags import FileTagSerializer, SetTagsSerializer
from customers.api.views.access import READS, permission_map
from customers.filters import ContactFilter, CustomerFilter, RelationFilter
from customers.models import Contact, Customer, Relation, Tag
from customers.queries.needs import MatterRow, Standpoints
from customers.services.contacts import add_contact, edit_contact
from customers.services.customers import create_customer, edit_customer
from customers.services.tags import set_tags
from portcrm.api.reading import read
from portcrm.api.views import ReadViewSet, RecordViewSet
from portcrm.clock import port_today


class CustomerViewSet(RecordViewSet):
    """Customer files: basic data, classification and stored facts."""

    model = Customer
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter
    permissions = permission_map(permissions.VIEW_CUSTOMER, permissions.CHANGE_CUSTOMER, "set_tags") | dict.fromkeys(
        ("tags", "needs"), permissions.VIEW_CUSTOMER
    )
    http_method_names = (*RecordViewSet.http_method_names, "put")
    ordering = "pk"

    def with_related(self, rows):
        return rows.select_related("region", "channel")

    def retrieve(self, request, *args, **kwargs):
        """A file that was merged into another is gone; the answer says where to."""
        merged = Customer.every.visible_to(request.user).filter(merged_into__isnull=False, pk=kwargs["pk"]).first()
        if merged is None:
            return super().retrieve(request, *args, **kwargs)
        detail = _("This file has been merged into %(customer)s. Go on there.") % {"customer": merged.merged_into}
        return Response({"detail": detail, "code": merged.code, "merged_into": merged.merged_into_id}, status=410)

    def create_record(self, *, by, version=None, **fields):
        return create_customer(by=by, **fields)

    def update_record(self, record, *, by, version=None, **fields):
        return edit_customer(customer=record, changes=fields, seen={}, version=version, by=by)

    @extend_schema(operation_id="customers_file_tags", responses=FileTagSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def tags(self, request, pk=None):
        """The words that stand on the file."""
        return Response(self._tags_of(self.get_object()))

    @extend_schema(operation_id="customers_file_tags_set", request=SetTagsSerializer, responses=FileTagSerializer(many=True), filters=False)
    @tags.mapping.put
    def set_tags(self, request, pk=None):
        """Exactly these words stand on the file afterwards."""
        customer, given = self.get_object(), read(SetTagsSerializer(data=request.data))
        set_tags(customer=customer, names=given["names"], by=request.user)
        return Response(self._tags_of(customer))

    def _tags_of(self, customer: Customer) -> list[dict]:
        words = Tag.objects.visible_to(self.request.user).filter(links__customer=customer)
        return list(FileTagSerializer(words, many=True).data)

    @extend_schema(parameters=[DaySerializer], responses=MatterSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def needs(self, request, pk=None):
        """What weighs on the customer's mind as the departments see it, side by side; as of `day` (today without one)."""
        asked = DaySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        points = Standpoints(self.get_object(), request.user, asked.validated_data.get("day") or port_today())
        return Response(MatterSerializer([self._matter(row) for row in points.rows.values()], many=True).data)

    @staticmethod
    def _matter(row: MatterRow) -> dict:
        said = [one for one in (*row.weights, *row.deliveries) if one]
        return {"matter": row.matter, "weight": row.weight, "delivered": row.delivered, "gap": row.gap, "said": said}


class ContactViewSet(RecordViewSet):
    """Contacts of customers; what is noted of persons in charge is not part of it."""

    model = Contact
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    fixed = ("customer",)  # a contact does not move to another firm
    permissions = permission_map(permissions.VIEW_CONTACT, permissions.CHANGE_CUSTOMER)
    ordering = "pk"

    def with_related(self, rows):
        return rows.select_related("channel")

    def create_record(self, *, by, version=None, **fields):
        return add_contact(by=by, **fields)

    def update_record(self, record, *, by, version=None, **fields):
        return edit_contact(contact=record, changes=fields, seen={}, version=version, by=by)


class RelationViewSet(ReadViewSet):
    """Relations between customers, in force or ended; to be read."""

    model = Relation
    serializer_class = RelationSerializer
    filterset_class = RelationFilter
    permissions = dict.fromkeys(READS, permissions.VIEW_CUSTOMER)
    ordering = "pk"

    def with_related(self, rows):
        return rows.standing().select_related("channel")
