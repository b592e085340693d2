"""The candidates' desk for programs: the rows, filters, permissions and decisions of the page."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.serializers import Serializer

from cargo.api.candidate_serializers import (
    AcceptSerializer,
    CandidateDetailSerializer,
    CandidateSerializer,
    IgnoreSerializer,
    MergeSerializer,
)
from cargo.filters.candidates import CandidateFilter
from cargo.models import Candidate
from cargo.permissions import DECIDE_CANDIDATE, EDIT_LEAD, VIEW_CANDIDATE
from cargo.services.deciding import accept_candidate, ignore_always, ignore_candidate, merge_candidate, undo_decision
from customers.models import Customer
from customers.permissions import CHANGE_CUSTOMER
from portcrm.api.views import ReadViewSet
from portcrm.clock import port_today

OPENS_FILES = ("accept", "merge", "undo")
DECISIONS = (*OPENS_FILES, "ignore")


class CandidateViewSet(ReadViewSet):
    """Companies seen in documents, flow lists and the media; ?state=open are those that wait. Of two decisions the first counts."""

    model = Candidate
    serializer_class = CandidateSerializer
    filterset_class = CandidateFilter
    permissions = dict.fromkeys(("list", "retrieve"), VIEW_CANDIDATE) | dict.fromkeys(DECISIONS, DECIDE_CANDIDATE)
    ordering = "-pk"

    def check_permissions(self, request):
        super().check_permissions(request)
        if self.action in OPENS_FILES and not request.user.has_perm(CHANGE_CUSTOMER):
            self.permission_denied(request)

    def get_serializer_class(self):
        return CandidateSerializer if self.action == "list" else CandidateDetailSerializer

    @extend_schema(request=AcceptSerializer, responses=CandidateDetailSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk=None):
        """Open a customer file with the document it comes from, and a cargo lead where that is asked for."""
        return self.step(AcceptSerializer, self._accept)

    def _accept(self, row: Candidate, *, with_lead: bool) -> Candidate:
        return accept_candidate(candidate=row, with_lead=self._with_lead(with_lead), today=port_today(), by=self.request.user)

    @extend_schema(request=MergeSerializer, responses=CandidateDetailSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request, pk=None):
        """The company has a file under another name: from now on its name means that file. A cargo lead where that is asked for."""
        return self.step(MergeSerializer, self._merge)

    def _merge(self, row: Candidate, *, customer: Customer, with_lead: bool) -> Candidate:
        chosen = {"customer": customer, "with_lead": self._with_lead(with_lead), "today": port_today(), "by": self.request.user}
        return merge_candidate(candidate=row, **chosen)

    def _with_lead(self, wanted: bool) -> bool:
        if wanted and not self.request.user.has_perm(EDIT_LEAD):
            self.permission_denied(self.request)
        return wanted

    @extend_schema(request=IgnoreSerializer, responses=CandidateDetailSerializer)
    @action(detail=True, methods=["post"])
    def ignore(self, request, pk=None):
        """Until the next document that names it, or always."""
        return self.step(IgnoreSerializer, self._ignore)

    def _ignore(self, row: Candidate, *, always: bool) -> Candidate:
        return (ignore_always if always else ignore_candidate)(candidate=row, by=self.request.user)

    @extend_schema(request=None, responses=CandidateDetailSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request, pk=None):
        """Take the decision back while nobody has built on it."""
        return self.step(Serializer, lambda row: undo_decision(candidate=row, by=request.user))
