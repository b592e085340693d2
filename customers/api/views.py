"""Customers and contacts for programs: the rows, filters, permissions and services of the pages."""

from django.utils.translation import gettext as _
from rest_framework.response import Response

from customers import permissions
from customers.api.serializers import ContactSerializer, CustomerSerializer, RelationSerializer
from customers.filters import ContactFilter, CustomerFilter, RelationFilter
from customers.models import Contact, Customer, Relation
from customers.services.contacts import add_contact, edit_contact
from customers.services.customers import create_customer, edit_customer
from portcrm.api.views import ReadViewSet, RecordViewSet

READ_AND_WRITE = ("list", "retrieve"), ("create", "partial_update")


def permission_map(read: str, write: str) -> dict[str, str]:
    reads, writes = READ_AND_WRITE
    return dict.fromkeys(reads, read) | dict.fromkeys(writes, write)


class CustomerViewSet(RecordViewSet):
    """Customer files: basic data, classification and stored facts."""

    model = Customer
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter
    permissions = permission_map(permissions.VIEW_CUSTOMER, permissions.CHANGE_CUSTOMER)
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


class ContactViewSet(RecordViewSet):
    """Contacts of customers; what is noted of persons in charge is not part of it."""

    model = Contact
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    permissions = permission_map(permissions.VIEW_CONTACT, permissions.CHANGE_CUSTOMER)
    ordering = "pk"

    def with_related(self, rows):
        return rows.select_related("channel")

    def create_record(self, *, by, version=None, **fields):
        return add_contact(by=by, **fields)

    def update_record(self, record, *, by, version=None, **fields):
        fields.pop("customer", None)  # a contact does not move to another firm
        return edit_contact(contact=record, changes=fields, seen={}, version=version, by=by)


class RelationViewSet(ReadViewSet):
    """Relations between customers, in force or ended; to be read."""

    model = Relation
    serializer_class = RelationSerializer
    filterset_class = RelationFilter
    permissions = dict.fromkeys(READ_AND_WRITE[0], permissions.VIEW_CUSTOMER)
    ordering = "pk"

    def with_related(self, rows):
        return rows.standing().select_related("channel")
