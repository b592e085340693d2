"""Contracts and prices for programs."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from customers import permissions
from customers.api.serializers.base import ReasonSerializer, VersionSerializer
from customers.api.serializers.terms import (
    CommitmentSerializer,
    ContractSerializer,
    FollowingContractSerializer,
    PriceSerializer,
    TerminationSerializer,
)
from customers.api.views.access import permission_map
from customers.filters.programs import CustomerContractFilter, PriceFilter
from customers.models import Contract, PriceTerm
from customers.services import contracts
from customers.services.confirming_terms import verify_contract, verify_price
from customers.services.prices import set_price, withdraw_price
from portcrm.api.reading import read
from portcrm.api.views import AddViewSet, RecordViewSet

TAKEN_OVER = (
    "title", "kind", "valid_from", "valid_until", "notice_days", "renews", "renewal_months", "signed_for_us", "other_parties", "amount",
    "currency",
)  # fmt: skip


class ContractViewSet(RecordViewSet):
    """Contracts of customers. Renewing, terminating, confirming and promised cargo are steps of their own."""

    model = Contract
    serializer_class = ContractSerializer
    filterset_class = CustomerContractFilter
    fixed = ("customer",)  # a contract does not move to another firm
    permissions = permission_map(
        permissions.VIEW_CUSTOMER, permissions.CHANGE_CONTRACT, "renew", "terminate", "verify", "promised", "take_out"
    )
    ordering = "-pk"

    def with_related(self, rows):
        return rows.of_standing_files().select_related("channel").prefetch_related("commitments")

    def create_record(self, *, by, version=None, **fields):
        return contracts.add_contract(by=by, **fields)

    def update_record(self, record, *, by, version=None, **fields):
        return contracts.edit_contract(contract=record, changes=fields, seen={}, version=version, by=by)

    @extend_schema(request=FollowingContractSerializer, responses={201: ContractSerializer})
    @action(detail=True, methods=["post"])
    def renew(self, request, pk=None):
        """The contract that follows; what is not said is taken over, and the days come after those of the old one."""
        old = self.get_object()
        following = contracts.following(old)
        given = read(FollowingContractSerializer(data=request.data, context=self.get_serializer_context()))
        kept = {name: getattr(following, name) for name in TAKEN_OVER}
        new = contracts.renew_contract(contract=old, by=request.user, **kept | given)
        return Response(self.get_serializer(new).data, status=201)

    @extend_schema(request=TerminationSerializer, responses=ContractSerializer)
    @action(detail=True, methods=["post"])
    def terminate(self, request, pk=None):
        """Ended before its time, or notice given to one that renews by itself."""
        return self.step(TerminationSerializer, lambda row, **given: contracts.terminate_contract(contract=row, by=request.user, **given))

    @extend_schema(request=VersionSerializer, responses=ContractSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request, pk=None):
        """The contract is as it stands in the file, as of today."""
        return self.step(VersionSerializer, lambda row, **given: verify_contract(contract=row, by=request.user, **given))

    @extend_schema(request=CommitmentSerializer, responses=ContractSerializer)
    @action(detail=True, methods=["post"])
    def promised(self, request, pk=None):
        """Cargo promised in the contract, once for each class."""
        return self.step(CommitmentSerializer, lambda row, **given: self._promise(row, given))

    def _promise(self, row: Contract, given: dict) -> Contract:
        contracts.add_commitment(contract=row, by=self.request.user, **given)
        return self.get_object()

    @extend_schema(parameters=[OpenApiParameter("commitment", int, OpenApiParameter.PATH)], request=None, responses={204: None})
    @action(detail=True, methods=["delete"], url_path=r"promised/(?P<commitment>\d+)")
    def take_out(self, request, pk=None, commitment=None):
        """Take a promised quantity out of the contract; the history keeps it."""
        row = get_object_or_404(self.get_object().commitments, pk=commitment)
        contracts.remove_commitment(commitment=row, by=request.user)
        return Response(status=204)


class PriceViewSet(AddViewSet):
    """Prices, each of one thing for some days. A new one ends the older one of the same thing; a wrong one is withdrawn."""

    model = PriceTerm
    serializer_class = PriceSerializer
    filterset_class = PriceFilter
    permissions = permission_map(permissions.VIEW_CUSTOMER, permissions.CHANGE_CONTRACT, "withdraw", "verify")
    ordering = "-pk"

    def with_related(self, rows):
        return rows.filter(customer__merged_into=None).select_related("channel")

    def create_record(self, *, by, **fields):
        return set_price(by=by, **fields)

    @extend_schema(request=ReasonSerializer, responses=PriceSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk=None):
        """It should not have been written down: it stays to be seen, with the reason."""
        return self.step(ReasonSerializer, lambda row, **given: withdraw_price(price=row, by=request.user, **given))

    @extend_schema(request=VersionSerializer, responses=PriceSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request, pk=None):
        """It is still the price agreed on, as of today."""
        return self.step(VersionSerializer, lambda row, **given: verify_price(price=row, by=request.user, **given))
